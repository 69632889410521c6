import Layers
import Tensors

/// Evenly spread pieces of a picture, at its own resolution, side by side: what stands for the whole when statistics
/// are taken. Shrinking the picture instead would change them, for it takes away its finest detail.
struct PictureSample: Equatable {
  /// Cells along a piece, about, where that gives more pieces than the fewest.
  static let side = 32
  static let fewest = 3

  /// Cells of the picture that the sample takes, in order.
  let rows: [Range<Int>]
  let columns: [Range<Int>]

  /// About `area` cells of a picture of `height` x `width`, or all of them where they are fewer.
  init(height: Int, width: Int, area: Int) {
    let share = min(1, (Double(area) / Double(height * width)).squareRoot())
    rows = Self.pieces(height, share)
    columns = Self.pieces(width, share)
  }

  private static func pieces(_ length: Int, _ share: Double) -> [Range<Int>] {
    let wanted = max(1, Int(Double(length) * share))
    let count = share < 1 ? max(1, min(wanted, max(fewest, wanted / side))) : 1
    return (0..<count).map { index in
      let block = index * length / count..<(index + 1) * length / count
      let piece = (index + 1) * wanted / count - index * wanted / count
      // The first and the last piece keep to the border, which is a part of the picture too.
      let slack = block.count - piece
      let start = block.lowerBound + (count == 1 ? slack / 2 : slack * index / (count - 1))
      return start..<start + piece
    }
  }

  /// The pieces of `picture` (C, height * scale, width * scale) as one picture.
  func cut(_ picture: Tensor, scale: Int) -> Tensor {
    let channels = picture.shape[0]
    let height = rows.reduce(0) { $0 + $1.count } * scale
    let width = columns.reduce(0) { $0 + $1.count } * scale
    var result = Tensor(uninitialized: [channels, height, width])
    var top = 0
    for band in rows.map({ $0 * scale }) {
      var left = 0
      for column in columns.map({ $0 * scale }) {
        let whole = { (range: Range<Int>) in Tile.Span(core: range, source: range, padding: .zero) }
        result.place(
          picture.patch(rows: band, columns: column), rows: whole(top..<top + band.count),
          columns: whole(left..<left + column.count))
        left += column.count
      }
      top += band.count
    }
    return result
  }
}
