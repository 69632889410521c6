package import Images

/// How two soft selections make one.
package enum MaskCombination: String, Sendable, CaseIterable {
  /// In either: the larger value.
  case union
  /// In both: the smaller value.
  case intersect
  /// In the first and not in the second: the smaller of the first and 1 minus the second.
  case subtract
  /// In one and not in the other: how far the two values are apart.
  case difference

  package func callAsFunction(_ first: Float, _ second: Float) -> Float {
    switch self {
    case .union: max(first, second)
    case .intersect: min(first, second)
    case .subtract: min(first, 1 - second)
    case .difference: abs(first - second)
    }
  }

  package func callAsFunction(_ first: Mask, _ second: Mask) throws(GradingError) -> Mask {
    guard first.width == second.width, first.height == second.height else {
      throw .mismatch(
        what: "size of the masks", first: "\(first.width) x \(first.height)",
        second: "\(second.width) x \(second.height)")
    }
    return Mask(
      width: first.width, height: first.height, values: zip(first.values, second.values).map { self($0, $1) })
  }
}
