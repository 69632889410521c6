/// A tone curve through given points that never overshoots them.
///
/// Piecewise cubic Hermite with slopes limited after Fritsch and Carlson, "Monotone Piecewise Cubic
/// Interpolation" (1980): rising points give a rising curve. Beyond a first point at 0 or below and a last
/// point at 1 or above the curve goes on with its end slope, so that values outside 0...1 of a float picture
/// survive; a curve that begins or ends within 0...1 holds its end value there, as photo editors do.
package struct MonotoneCurve: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    package var x: Float
    package var y: Float

    package init(x: Float, y: Float) {
      self.x = x
      self.y = y
    }
  }

  package let points: [Point]
  private let slopes: [Float]

  /// - Parameter points: 2 to 256 points with finite values and strictly rising `x`.
  package init(_ points: [Point]) throws(GradingError) {
    guard (2...256).contains(points.count) else {
      throw .parameter(name: "curve", found: "\(points.count) points", expected: "2 to 256 points")
    }
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw .parameter(name: "curve", found: "a point that is no number", expected: "finite points")
    }
    for (before, after) in zip(points, points.dropFirst()) where !(before.x < after.x) {
      throw .parameter(
        name: "curve", found: "x \(after.x) after x \(before.x)", expected: "points with rising x")
    }
    self.points = points
    slopes = Self.limitedSlopes(points)
  }

  /// Reads points as `x,y` pairs separated by spaces or semicolons: `0,0 0.25,0.2 1,1`.
  package init(parsing text: String) throws(GradingError) {
    var points: [Point] = []
    for pair in text.split(whereSeparator: { $0 == " " || $0 == ";" }) {
      let numbers = pair.split(separator: ",", omittingEmptySubsequences: false)
      guard numbers.count == 2, let x = Float(numbers[0]), let y = Float(numbers[1]) else {
        throw .parameter(
          name: "curve", found: "'\(pair)'", expected: "points as x,y separated by spaces: '0,0 0.5,0.6 1,1'")
      }
      points.append(Point(x: x, y: y))
    }
    try self.init(points)
  }

  package var isIdentity: Bool {
    points[0].x <= 0 && points[points.count - 1].x >= 1 && points.allSatisfy { $0.x == $0.y }
  }

  package func callAsFunction(_ x: Float) -> Float {
    let last = points.count - 1
    if !(x > points[0].x) {  // NaN ends here too and becomes the first point's value
      let overshoot = points[0].x <= 0 && x < points[0].x ? x - points[0].x : 0
      return points[0].y + slopes[0] * overshoot
    }
    if x >= points[last].x {
      let overshoot = points[last].x >= 1 ? x - points[last].x : 0
      return points[last].y + slopes[last] * overshoot
    }
    var low = 0
    var high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].x <= x { low = middle } else { high = middle }
    }
    let width = points[high].x - points[low].x
    let rise = points[high].y - points[low].y
    let t = (x - points[low].x) / width
    // Hermite form as a deviation from the chord, which keeps straight segments straight.
    let startExcess = slopes[low] * width - rise
    let endExcess = slopes[high] * width - rise
    let bend = t * (1 - t) * (startExcess * (1 - t) - endExcess * t)
    return points[low].y + rise * t + bend
  }

  private static func limitedSlopes(_ points: [Point]) -> [Float] {
    let chords = zip(points, points.dropFirst()).map { ($1.y - $0.y) / ($1.x - $0.x) }
    var slopes = [Float](repeating: chords[0], count: points.count)
    slopes[points.count - 1] = chords[chords.count - 1]
    for index in 1..<(points.count - 1) {
      let (before, after) = (chords[index - 1], chords[index])
      slopes[index] = before * after <= 0 ? 0 : (before + after) / 2
    }
    for (index, chord) in chords.enumerated() {
      if chord == 0 {
        slopes[index] = 0
        slopes[index + 1] = 0
        continue
      }
      let alpha = slopes[index] / chord
      let beta = slopes[index + 1] / chord
      let length = alpha * alpha + beta * beta
      if length > 9 {
        let limit = 3 / length.squareRoot()
        slopes[index] = limit * alpha * chord
        slopes[index + 1] = limit * beta * chord
      }
    }
    return slopes
  }
}
