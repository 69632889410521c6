package import Images

extension WorkingSpace {
  /// The space that a picture's profile describes.
  ///
  /// - Returns: nil when the profile holds tables instead of curves and a matrix, or cannot be read, and when the
  ///   file names a space that has no profile (as PQ and HLG); the caller may then take sRGB and say so.
  package init?(profile: ColorProfile, model: ColorModel) {
    guard let icc = profile.icc else {
      if profile.origin == .chunks { return nil }
      self = .sRGB
      return
    }
    let reader = ICCMatrixReader(icc)
    guard let space = model == .rgb ? reader?.rgb : reader?.grey else { return nil }
    self = space
  }
}
