import Glibc

/// Estimates a surface's height from a single picture of it.
///
/// Lightness is split into bands (undecimated wavelets); what is coarser than `largestFeature` counts as light
/// falling unevenly and is dropped, and the bands are added up again with weights `scale^balance`, because real
/// relief is higher the wider it is. That rests on "dark is deep": pits get less light than bumps, as under an
/// overcast sky. So paint, stains and grain come out as relief, a glossy highlight as a bump, light from one side
/// tilts slopes, and the absolute height is unknown: the result is stretched to 0...1.
struct HeightEstimator {
  /// Widest feature that counts as relief, in pixels.
  let largestFeature: Int
  /// 0 keeps lightness as it is, 1 is the weight of a self-similar surface.
  let balance: Float
  /// Share of values cut off at each end of the range.
  static let tail = 0.001

  func height(of lightness: TexturePlane) -> TexturePlane {
    var sum = [Float](repeating: 0, count: lightness.values.count)
    var smooth = lightness
    var spacing = 1
    var weight: Float = 1
    let growth = exp2f(balance)
    // The kernel at this spacing blurs over about four of its steps.
    while spacing * 4 <= max(largestFeature, 4) {
      let next = smooth.smoothed(spacing: spacing)
      for index in sum.indices { sum[index] += weight * (smooth.values[index] - next.values[index]) }
      smooth = next
      spacing *= 2
      weight *= growth
    }
    return lightness.with(sum).normalized(tail: Self.tail)
  }
}
