package import Images
import ImageProcessing

/// How to find a picture's foreground.
///
///     let matte = try MatteRequest(.rectangle(box)).matte(of: picture)
///     let result = try matte.over(newBackground)
package struct MatteRequest: Sendable, Equatable {
  /// What tells foreground from background.
  package enum Source: Sendable, Equatable {
    /// The picture's own alpha, taken as it is; its colours are not multiplied by it.
    case alpha(Mask)
    /// A selection of the foreground, hard or soft; its border is refined.
    case mask(Mask)
    case trimap(Trimap)
    /// A box around the foreground.
    case rectangle(PixelRect)
    case scribbles(Scribbles)
  }

  /// How alpha is found along the border.
  package enum Refinement: Sendable, Equatable {
    /// Fine detail at a cost: seconds for a megapixel.
    case closedForm(ClosedFormMatting)
    /// Fast, for large pictures: alpha is found at a reduced size and carried up along the picture's edges.
    case guidedFilter(GuidedFilterMatting)
    /// The mask or the segmentation as it is; what a trimap leaves open is half covered.
    case none
  }

  package var source: Source
  package var refinement: Refinement
  /// How far from a mask's or a segmentation's border alpha is in doubt, in pixels; nil for 1.5 % of the
  /// shorter side, at least 3.
  package var unknownRadius: Double?
  package var grabCut = GrabCut()
  /// Takes the old background's colour out of the foreground, 0 (the picture as it is) to 1 (all of it).
  package var decontamination: Float = 1

  package init(_ source: Source, refinement: Refinement = .closedForm(ClosedFormMatting())) {
    self.source = source
    self.refinement = refinement
  }

  /// Takes `picture` apart: sRGB-encoded, 1 to 4 channels, of which colour is used.
  package func matte(of picture: FloatImage) throws(MattingError) -> Matte {
    guard decontamination >= 0, decontamination <= 1 else {
      throw .parameter(name: "decontamination", found: "\(decontamination)", expected: "0...1")
    }
    let encoded = try ColorReader(picture).image(width: picture.width, height: picture.height)
    if case .alpha(let alpha) = source {
      try MattingError.checkSize(of: "the alpha", alpha.width, alpha.height, matches: picture)
      return Matte(alpha: alpha, foreground: encoded, background: nil)
    }
    let alpha = try alpha(of: encoded)
    let layers = try ForegroundEstimation().layers(of: encoded.mapped(SRGBCurve.linear), alpha: alpha)
    var foreground = layers.foreground.mapped(SRGBCurve.encoded)
    var background = layers.background.mapped(SRGBCurve.encoded)
    for pixel in alpha.values.indices {
      let value = alpha.values[pixel]
      for index in pixel * 3..<pixel * 3 + 3 {
        // Not through linear light and back: these are the picture's own samples.
        if value >= 1 { foreground.samples[index] = encoded.samples[index] }
        if value <= 0 { background.samples[index] = encoded.samples[index] }
        foreground.samples[index] +=
          (1 - decontamination) * (encoded.samples[index] - foreground.samples[index])
      }
    }
    return Matte(alpha: alpha, foreground: foreground, background: background)
  }

  private func alpha(of picture: FloatImage) throws(MattingError) -> Mask {
    switch source {
    case .alpha(let alpha):
      return alpha
    case .mask(let mask):
      return try refined(mask, picture)
    case .trimap(let trimap):
      switch refinement {
      case .closedForm(let matting): return try matting.alpha(of: picture, trimap: trimap)
      case .guidedFilter(let matting): return try matting.alpha(of: picture, trimap: trimap)
      case .none:
        try MattingError.checkSize(of: "the trimap", trimap.width, trimap.height, matches: picture)
        return trimap.grey
      }
    case .rectangle(let rectangle):
      let scribbles = try Scribbles(rectangle: rectangle, width: picture.width, height: picture.height)
      return try refined(try grabCut.segment(picture, scribbles: scribbles), picture)
    case .scribbles(let scribbles):
      return try refined(try grabCut.segment(picture, scribbles: scribbles), picture)
    }
  }

  private func refined(_ mask: Mask, _ picture: FloatImage) throws(MattingError) -> Mask {
    try MattingError.checkSize(of: "the mask", mask.width, mask.height, matches: picture)
    if refinement == .none { return mask }
    let radius = unknownRadius ?? max(3, 0.015 * Double(min(mask.width, mask.height)))
    let trimap = try Trimap(around: mask, radius: radius)
    switch refinement {
    case .closedForm(let matting): return try matting.alpha(of: picture, trimap: trimap)
    case .guidedFilter(let matting): return try matting.alpha(of: picture, mask: mask, trimap: trimap)
    case .none: return mask
    }
  }
}
