import Layers
package import Tensors

/// Enlarges a picture from top to bottom, a band of rows at a time.
package struct EnlargedBands {
  private let upscaler: Upscaler
  private let height: Int
  private let width: Int
  private let rows: [Tile.Span]
  private let columns: [Tile.Span]
  private var band = 0

  /// - Parameters:
  ///   - height, width: of the picture, in pixels, over 0.
  ///   - paddingX, paddingY: circular where the picture closes on itself.
  package init(_ upscaler: Upscaler, height: Int, width: Int, paddingX: Padding, paddingY: Padding) {
    self.upscaler = upscaler
    self.height = height
    self.width = width
    (rows, columns) = upscaler.grid(height: height, width: width, paddingX: paddingX, paddingY: paddingY)
  }

  /// The next rows of the result, (rows, width * scale, 3), or nil after the last.
  ///
  /// - Parameter read: hands over rows of the picture, (rows.count, width, 3). Ranges begin ever further down, but for
  ///   a picture that closes on itself from top to bottom, whose first band begins with its last rows.
  package mutating func next(_ read: (Range<Int>) throws -> Tensor) rethrows -> Tensor? {
    guard band < rows.count else { return nil }
    let span = rows[band]
    band += 1
    let source = try Self.wrapped(span.source, height).map(read)
    let picture = source.count == 1 ? source[0] : Tensor.concatenated(source)
    let scale = upscaler.scale
    var result = Tensor(uninitialized: [span.core.count * scale, width * scale, 3])
    for column in columns {
      let tile = upscaler.tile(
        picture.columnsWrapped(column.source), paddingX: column.padding, paddingY: span.padding)
      result.place(tile, rows: span * scale, columns: column * scale)
    }
    return result
  }

  /// `range` of an axis that closes on itself, as ranges within it.
  static func wrapped(_ range: Range<Int>, _ length: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var next = range.lowerBound
    while next < range.upperBound {
      let start = ((next % length) + length) % length
      let count = min(range.upperBound - next, length - start)
      parts.append(start..<start + count)
      next += count
    }
    return parts
  }
}

extension Tensor {
  /// Columns `range` of (H, W, C); beyond the border it goes on from the other side.
  fileprivate func columnsWrapped(_ range: Range<Int>) -> Tensor {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    if range == 0..<width { return self }
    let parts = EnlargedBands.wrapped(range, width)
    var result = Tensor(uninitialized: [height, range.count, channels])
    unsafe result.withUnsafeMutableBuffer { target in
      unsafe withUnsafeBuffer { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        var next = 0
        for y in 0..<height {
          for part in parts {
            let count = part.count * channels
            unsafe (to + next).update(from: from + (y * width + part.lowerBound) * channels, count: count)
            next += count
          }
        }
      }
    }
    return result
  }

  /// Writes the core of a tile that was computed over its whole source to its columns of a band of its rows.
  fileprivate mutating func place(_ tile: Tensor, rows: Tile.Span, columns: Tile.Span) {
    let (width, channels) = (shape[1], shape[2])
    let tileWidth = tile.shape[1]
    unsafe withUnsafeMutableBuffer { target in
      unsafe tile.withUnsafeBuffer { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        for row in 0..<rows.core.count {
          let first = rows.core.lowerBound - rows.source.lowerBound + row
          let column = columns.core.lowerBound - columns.source.lowerBound
          unsafe (to + (row * width + columns.core.lowerBound) * channels).update(
            from: from + (first * tileWidth + column) * channels, count: columns.core.count * channels)
        }
      }
    }
  }
}
