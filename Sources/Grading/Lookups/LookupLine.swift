/// A one-dimensional lookup table with one column for each of red, green and blue.
package struct LookupLine: Sendable, Equatable {
  package static let sizes = 2...65_536

  package let domain: LookupDomain
  /// Entries from the domain's start to its end, red, green and blue interleaved.
  package let values: [Float]
  package let size: Int

  package init(domain: LookupDomain = .unit, values: [Float]) throws(GradingError) {
    let count = values.count / 3
    guard values.count.isMultiple(of: 3), Self.sizes.contains(count) else {
      throw .parameter(
        name: "lookup table", found: "\(values.count) numbers",
        expected: "three for each of 2 to 65536 entries")
    }
    self.domain = domain
    self.values = values
    size = count
  }

  /// Whether red, green and blue share one column.
  package var isGrey: Bool {
    guard domain.isGrey else { return false }
    return (0..<size).allSatisfy { index in
      let red = values[3 * index]
      return values[3 * index + 1] == red && values[3 * index + 2] == red
    }
  }

  /// Linear interpolation of each channel; input outside the domain is clamped to it.
  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let position = domain.position(of: color) * Float(size - 1)
    var result = SIMD3<Float>()
    for channel in 0..<3 {
      let index = min(Int(position[channel]), size - 2)
      let low = values[3 * index + channel]
      let high = values[3 * index + 3 + channel]
      result[channel] = low + (high - low) * (position[channel] - Float(index))
    }
    return result
  }
}
