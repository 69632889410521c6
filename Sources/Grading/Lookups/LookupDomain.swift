/// The range of input values that a lookup table covers, for each channel.
package struct LookupDomain: Sendable, Equatable {
  package let minimum: SIMD3<Float>
  package let maximum: SIMD3<Float>
  private let scale: SIMD3<Float>

  package static let unit = LookupDomain(minimum: SIMD3(), scale: SIMD3(repeating: 1))

  private init(minimum: SIMD3<Float>, scale: SIMD3<Float>) {
    self.minimum = minimum
    maximum = minimum + 1 / scale
    self.scale = scale
  }

  /// - Returns: nil unless every minimum lies below its maximum and all are finite.
  package init?(minimum: SIMD3<Float>, maximum: SIMD3<Float>) {
    for channel in 0..<3 {
      let width = maximum[channel] - minimum[channel]
      guard width > 0, width.isFinite, (1 / width).isFinite else { return nil }
    }
    self.minimum = minimum
    self.maximum = maximum
    scale = 1 / (maximum - minimum)
  }

  package var isGrey: Bool {
    minimum.x == minimum.y && minimum.x == minimum.z && scale.x == scale.y && scale.x == scale.z
  }

  /// Where a colour lies in the domain: 0 at its start, 1 at its end, clamped; NaN counts as the start.
  @inline(__always)
  package func position(of color: SIMD3<Float>) -> SIMD3<Float> {
    let position = (color - minimum) * scale
    let lower = position.replacing(with: 0, where: .!(position .> 0))
    return lower.replacing(with: 1, where: lower .> 1)
  }
}
