/// Holds what a picture shows at a coarser size to another picture, while both arrive row by row:
/// `picture + enlarged(shrunk(base - picture))`.
///
/// The result shrunk to that size is the base shrunk to it; what is finer is the picture's own. Rows come out some
/// coarse rows later than they went in.
package struct CoarseAnchor {
  private let width: Int
  private var down: RowResampler
  private var up: RowResampler
  /// Rows of the picture that wait for their correction, the next first.
  private var waiting: [[Float]] = []
  private var taken = 0

  /// - Parameters:
  ///   - width, height: of both pictures, which have 3 channels.
  ///   - coarseWidth, coarseHeight: over 0 and at most the former.
  package init(width: Int, height: Int, coarseWidth: Int, coarseHeight: Int) {
    self.width = width
    down = RowResampler(
      width: width, height: height, channels: 3, outputWidth: coarseWidth, outputHeight: coarseHeight,
      filter: .area)
    up = RowResampler(
      width: coarseWidth, height: coarseHeight, channels: 3, outputWidth: width, outputHeight: height,
      filter: .bicubic)
  }

  /// Takes the next row of both and hands over the rows that are then finished.
  package mutating func push(
    _ row: [Float], base: [Float], emit: ([Float]) throws -> Void
  ) rethrows {
    waiting.append(row)
    var coarse: [[Float]] = []
    down.push(zip(base, row).map { $0 - $1 }) { coarse.append($0) }
    var corrections: [[Float]] = []
    for line in coarse { up.push(line) { corrections.append($0) } }
    for correction in corrections {
      try emit(zip(waiting[taken], correction).map { $0 + $1 })
      taken += 1
    }
    if taken > 64 {
      waiting.removeFirst(taken)
      taken = 0
    }
  }
}
