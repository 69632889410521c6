/// Estimates how matt a surface is from how busy its picture is.
///
/// The energy of lightness in the two finest bands (features of one to about four pixels), averaged over about
/// ten pixels: unresolved relief scatters light, and what is left of it in a picture is fine contrast. The
/// result is relative to the texture, stretched to the given range. A matt and even surface looks polished to it,
/// a printed pattern rough.
struct RoughnessEstimator {
  let range: ClosedRange<Float>
  /// Share of values cut off at each end.
  static let tail = 0.01

  func roughness(of lightness: TexturePlane) -> TexturePlane {
    let coarse = lightness.smoothed(spacing: 1).smoothed(spacing: 2)
    var energy = lightness.with(
      zip(lightness.values, coarse.values).map { ($0 - $1) * ($0 - $1) })
    for spacing in [1, 2, 4] { energy = energy.smoothed(spacing: spacing) }
    let spread = energy.with(energy.values.map { $0.squareRoot() }).normalized(tail: Self.tail)
    let (low, high) = (range.lowerBound, range.upperBound)
    return spread.with(spread.values.map { low + (high - low) * $0 })
  }
}
