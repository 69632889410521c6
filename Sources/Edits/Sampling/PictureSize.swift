import Models

/// The sizes that new pictures may have.
enum PictureSize {
  /// Pixels along a side.
  static let sides = 16...16384

  /// What no model could draw; a model's own rules come later.
  static func validate(_ width: Int?, _ height: Int?) throws(SparseditError) {
    for (name, length) in [("width", width), ("height", height)] {
      if let length, !sides.contains(length) {
        throw SparseditError(
          .usage,
          "`\(name)` must be \(sides.lowerBound) to \(sides.upperBound) pixels, found \(length).")
      }
    }
  }
}
