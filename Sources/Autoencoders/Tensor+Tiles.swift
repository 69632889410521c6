import Layers
import Tensors

extension Tensor {
  /// The rectangle `rows` x `columns` of (C, H, W); beyond the border it goes on from the other side.
  func patch(rows: Range<Int>, columns: Range<Int>) -> Tensor {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    if rows == 0..<height && columns == 0..<width { return self }
    var result = Tensor(uninitialized: [channels, rows.count, columns.count])
    unsafe result.withUnsafeMutableBuffer { target in
      unsafe withUnsafeBuffer { source in
        var next = 0
        for channel in 0..<channels {
          for row in rows {
            let line = (channel * height + Self.wrapped(row, height)) * width
            for column in columns {
              unsafe target[next] = unsafe source[line + Self.wrapped(column, width)]
              next += 1
            }
          }
        }
      }
    }
    return result
  }

  /// Writes the core of a tile that was computed over its whole source, (C, h, w), to its place in (C, H, W).
  mutating func place(_ tile: Tensor, rows: Tile.Span, columns: Tile.Span) {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    let (sourceHeight, sourceWidth) = (tile.shape[1], tile.shape[2])
    unsafe withUnsafeMutableBuffer { target in
      unsafe tile.withUnsafeBuffer { source in
        for channel in 0..<channels {
          for row in rows.core {
            let from = (channel * sourceHeight + row - rows.source.lowerBound) * sourceWidth
            let first = from + columns.core.lowerBound - columns.source.lowerBound
            let to = (channel * height + row) * width + columns.core.lowerBound
            for index in 0..<columns.core.count {
              unsafe target[to + index] = unsafe source[first + index]
            }
          }
        }
      }
    }
  }

  private static func wrapped(_ index: Int, _ length: Int) -> Int {
    let rest = index % length
    return rest < 0 ? rest + length : rest
  }
}
