package import Images

/// How an edited crop meets its source.
package enum SeamMethod: String, Sendable, Codable, CaseIterable {
  /// Fades from source to edit over the feather's width.
  case feather
  /// Moves the edit's tones so that it meets the source all around, then fades.
  case poisson
}

/// What a finisher does.
package struct FinishOptions: Sendable {
  package var colorMatch: ColorMatch
  package var seam: SeamMethod
  package var feather: Feather
  /// How an edit of another size is brought to the source's.
  package var filter: ResamplingFilter

  package init(
    colorMatch: ColorMatch = ColorMatch(method: .meanAndDeviation), seam: SeamMethod = .feather,
    feather: Feather = .automatic, filter: ResamplingFilter = .lanczos3
  ) {
    self.colorMatch = colorMatch
    self.seam = seam
    self.feather = feather
    self.filter = filter
  }
}

/// Pixels to lay over an untouched source.
package struct FinishedPatch: Sendable {
  /// In the working space, sRGB-encoded, as large as the source crop.
  package var pixels: FloatImage
  /// Exactly 0 wherever the user's mask is 0. Meant to be mixed in linear light.
  package var alpha: Mask
  package var report: FinishReport
}

/// What finishing did, in numbers.
package struct FinishReport: Sendable, Equatable, Codable {
  package var colorMatch: ColorMatchReport
  /// Pixels over which the widest region fades.
  package var feather: Float
  /// Steps of the Poisson solver; 0 if it was not used.
  package var poissonSteps: Int
  /// How much the mask's border shows, 1 being a place like any other; nil without a border.
  package var seamRatio: Double?
  /// The same had the edit been pasted in as it came.
  package var seamRatioBefore: Double?
}
