/// Holds what a picture shows at the size of its source to the source, while both arrive row by row:
/// `picture + enlarged(source - shrunk(picture))`, shrunk by area, all in sRGB-encoded samples.
///
/// The result stays within what the source's pixels round a place range over, and a little beyond, as far as Lanczos'
/// kernel would go: a correction beside a hard edge draws no outline.
package struct SourceAnchor {
  /// False leaves the picture as it is but for the bounds.
  package var corrects = true
  private let width: Int
  private let height: Int
  private let sourceWidth: Int
  private let sourceHeight: Int
  private var down: RowResampler
  private var up: RowResampler
  /// Rows of the picture that wait for their correction, the next first.
  private var waiting: [[Float]] = []
  private var taken = 0
  private var rowsOut = 0
  /// Bounds along each of the last rows of the source; row r is at r modulo the count.
  private var bounds: [(low: [Float], high: [Float])]
  private var sourceRows = 0
  /// Bounds round one row of the source.
  private var range: (center: Int, low: [Float], high: [Float]) = (-1, [], [])
  /// The source's pixel under each column.
  private let columns: [Int]

  /// Pixels of the source, on each side, whose range counts.
  private static let reach = 2
  /// How far beyond it, in shares of it: Lanczos' kernel of three lobes passes a straight edge by a tenth of its height,
  /// a corner by a fifth.
  private static let overshoot: Float = 0.12
  /// Source rows between one that was just read and the ones whose result is written: the resampler's support.
  private static let rowsHeld = 16

  /// - Parameters:
  ///   - width, height: of the picture, which has 3 channels.
  ///   - sourceWidth, sourceHeight: over 0 and at most the former.
  package init(width: Int, height: Int, sourceWidth: Int, sourceHeight: Int) {
    self.width = width
    self.height = height
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    down = RowResampler(
      width: width, height: height, channels: 3, outputWidth: sourceWidth, outputHeight: sourceHeight,
      filter: .area)
    up = RowResampler(
      width: sourceWidth, height: sourceHeight, channels: 3, outputWidth: width, outputHeight: height,
      filter: .bicubic)
    bounds = Array(repeating: (low: [], high: []), count: Self.rowsHeld)
    columns = (0..<width).map { min(sourceWidth - 1, $0 * sourceWidth / width) }
  }

  /// Takes the next row of the picture and hands over the rows that are then finished.
  ///
  /// - Parameter source: the next row of the source; called once for each.
  package mutating func push(
    _ row: [Float], source: () throws -> [Float], emit: ([Float]) throws -> Void
  ) rethrows {
    waiting.append(row)
    var shrunk: [[Float]] = []
    down.push(row) { shrunk.append($0) }
    var corrections: [[Float]] = []
    for line in shrunk {
      let shown = try source()
      remember(shown)
      up.push(zip(shown, line).map { corrects ? $0 - $1 : 0 }) { corrections.append($0) }
    }
    for correction in corrections {
      try emit(corrected(waiting[taken], by: correction))
      taken += 1
      rowsOut += 1
    }
    if taken > 64 {
      waiting.removeFirst(taken)
      taken = 0
    }
  }

  /// The least and the greatest of each channel along the row, `reach` pixels to both sides.
  private mutating func remember(_ row: [Float]) {
    var (low, high) = (row, row)
    for column in 0..<sourceWidth {
      for other in max(0, column - Self.reach)...min(sourceWidth - 1, column + Self.reach)
      where other != column {
        for channel in 0..<3 {
          low[column * 3 + channel] = min(low[column * 3 + channel], row[other * 3 + channel])
          high[column * 3 + channel] = max(high[column * 3 + channel], row[other * 3 + channel])
        }
      }
    }
    bounds[sourceRows % Self.rowsHeld] = (low, high)
    sourceRows += 1
  }

  /// Bounds `reach` pixels to all sides of row `center` of the source.
  private mutating func lookRound(_ center: Int) {
    guard range.center != center else { return }
    let first = max(0, center - Self.reach, sourceRows - Self.rowsHeld)
    let last = max(first, min(sourceRows - 1, center + Self.reach))
    var (low, high) = bounds[first % Self.rowsHeld]
    for line in first + 1..<max(first + 1, last + 1) {
      let (otherLow, otherHigh) = bounds[line % Self.rowsHeld]
      for index in low.indices {
        low[index] = min(low[index], otherLow[index])
        high[index] = max(high[index], otherHigh[index])
      }
    }
    for index in low.indices {
      let margin = Self.overshoot * (high[index] - low[index])
      low[index] -= margin
      high[index] += margin
    }
    range = (center, low, high)
  }

  private mutating func corrected(_ row: [Float], by correction: [Float]) -> [Float] {
    lookRound(min(sourceHeight - 1, rowsOut * sourceHeight / height))
    var result = row
    for x in 0..<width {
      for channel in 0..<3 {
        let bound = columns[x] * 3 + channel
        let value = row[x * 3 + channel] + correction[x * 3 + channel]
        result[x * 3 + channel] = min(range.high[bound], max(range.low[bound], value))
      }
    }
    return result
  }
}
