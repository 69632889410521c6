/// Adds up how much of each pixel of one row a shape covers.
///
/// A row is cut into `subrows` lines; along a line coverage is exact to 1/256 pixel. Sums are integers, so a
/// pixel inside comes out as exactly 1 and the order of spans does not matter.
struct CoverageRow {
  static let subrows = 64
  private static let steps = 256

  private let width: Int
  /// Each element is what the coverage rises by from the pixel before.
  private var rises: [Int32]

  init(width: Int) {
    self.width = width
    rises = [Int32](repeating: 0, count: width + 2)
  }

  /// The heights of the lines of row `y`.
  static func lines(_ y: Int) -> [Double] {
    (0..<subrows).map { Double(y) + (Double($0) + 0.5) / Double(subrows) }
  }

  /// Covers one line from `start` to `end`, in pixels; parts beyond the row are cut off.
  mutating func add(from start: Double, to end: Double) {
    guard start < end else { return }
    addEdge(at: start, sign: 1)
    addEdge(at: end, sign: -1)
  }

  private mutating func addEdge(at x: Double, sign: Int32) {
    let place = Int((min(max(x, 0), Double(width)) * Double(Self.steps)).rounded())
    let (pixel, rest) = place.quotientAndRemainder(dividingBy: Self.steps)
    rises[pixel] += sign * Int32(Self.steps - rest)
    rises[pixel + 1] += sign * Int32(rest)
  }

  /// Writes the coverage of each pixel, 0...1, and starts again at nothing.
  mutating func take(into values: inout [Float], from offset: Int) {
    let whole = Float(Self.steps * Self.subrows)
    var sum: Int32 = 0
    for x in 0..<width {
      sum += rises[x]
      values[offset + x] = Float(sum) / whole
      rises[x] = 0
    }
    rises[width] = 0
    rises[width + 1] = 0
  }
}
