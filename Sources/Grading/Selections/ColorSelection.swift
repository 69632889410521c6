package import Images

/// What of a picture's colour makes a pixel belong to a selection.
package enum ColorSelection: Sendable, Equatable {
  /// Within `tolerance` of any of the colours, fading out over the next `softness`: Euclidean distance in
  /// CIE L*a*b*. Colours are encoded RGB in the picture's own space, 0...1.
  case colors([SIMD3<Float>], tolerance: Float, softness: Float)
  /// L* between `low` and `high` (0 black, 100 white), fading out over `softness` on either side.
  case lightness(low: Float, high: Float, softness: Float)
  /// The picture's own alpha; 1 everywhere when it has none.
  case alpha

  /// The weight of each pixel of whole rows, 0...1.
  ///
  /// - Parameters:
  ///   - bytes: pixels as `format` says.
  ///   - space: what their values mean.
  package func weights(
    of bytes: [UInt8], format: PixelFormat, space: WorkingSpace
  ) throws(GradingError) -> [Float] {
    try validate()
    let channels = format.channels
    let count = bytes.count / format.pixelBytes
    let samples = SampleRow.floats(of: bytes, from: 0, count: count * channels, type: format.sampleType)
    if case .alpha = self {
      guard format.alpha != .none else { return [Float](repeating: 1, count: count) }
      return (0..<count).map { min(max(samples[$0 * channels + channels - 1], 0), 1) }
    }
    let lab = LabConverter(space)
    let targets =
      if case .colors(let colors, _, _) = self { colors.map { lab($0) } } else { [SIMD3<Float>]() }
    let (second, third) = format.colorModel == .gray ? (0, 0) : (1, 2)
    var result = [Float](repeating: 0, count: count)
    for index in 0..<count {
      let base = index * channels
      var color = SIMD3(samples[base], samples[base + second], samples[base + third])
      if format.alpha == .associated, samples[base + channels - 1] > 0 {
        color /= samples[base + channels - 1]
      }
      result[index] = weight(of: lab(color), targets: targets)
    }
    return result
  }

  private func weight(of color: SIMD3<Float>, targets: [SIMD3<Float>]) -> Float {
    switch self {
    case .colors(_, let tolerance, let softness):
      var nearest = Float.infinity
      for target in targets {
        let offset = color - target
        nearest = min(nearest, (offset * offset).sum())
      }
      return Self.fade(nearest.squareRoot() - tolerance, over: softness)
    case .lightness(let low, let high, let softness):
      return Self.fade(max(low - color.x, color.x - high), over: softness)
    case .alpha:
      return 1
    }
  }

  /// 1 up to 0, a smooth step down to 0 at `softness`.
  private static func fade(_ excess: Float, over softness: Float) -> Float {
    if excess <= 0 { return 1 }
    guard excess < softness else { return 0 }
    let t = 1 - excess / softness
    return t * t * (3 - 2 * t)
  }

  private func validate() throws(GradingError) {
    switch self {
    case .colors(let colors, let tolerance, let softness):
      guard !colors.isEmpty else {
        throw .parameter(name: "colour range", found: "no colour", expected: "at least one colour")
      }
      try Adjustment.check("tolerance", Double(tolerance), in: 0...400)
      try Adjustment.check("softness", Double(softness), in: 0...400)
    case .lightness(let low, let high, let softness):
      try Adjustment.check("lowest lightness", Double(low), in: 0...100)
      try Adjustment.check("highest lightness", Double(high), in: Double(low)...100)
      try Adjustment.check("softness", Double(softness), in: 0...100)
    case .alpha:
      break
    }
  }
}
