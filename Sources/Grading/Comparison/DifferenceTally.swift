/// Differences of samples in the picture's own units, for one channel.
///
/// Integer samples add up exactly.
package struct DifferenceTally: Sendable, Equatable {
  package private(set) var maximum = 0.0
  package private(set) var sum = 0.0
  package private(set) var sumOfSquares = 0.0
  package private(set) var changed = 0
  package private(set) var count = 0

  package var mean: Double { count == 0 ? 0 : sum / Double(count) }
  package var rootMeanSquare: Double { count == 0 ? 0 : (sumOfSquares / Double(count)).squareRoot() }

  /// - Parameters:
  ///   - difference: the distance of two samples, not negative; NaN counts as infinite.
  ///   - isChanged: whether their bits differ.
  mutating func add(_ difference: Double, isChanged: Bool) {
    let distance = difference.isNaN ? .infinity : difference
    maximum = max(maximum, distance)
    sum += distance
    sumOfSquares += distance * distance
    changed += isChanged ? 1 : 0
    count += 1
  }

  static func + (left: DifferenceTally, right: DifferenceTally) -> DifferenceTally {
    var result = left
    result.maximum = max(left.maximum, right.maximum)
    result.sum += right.sum
    result.sumOfSquares += right.sumOfSquares
    result.changed += right.changed
    result.count += right.count
    return result
  }
}
