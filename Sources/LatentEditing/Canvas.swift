/// The latent surface an edit works on: channels, size in cells, and whether it closes on itself.
package struct Canvas: Sendable, Hashable, Codable {
  package var channels: Int
  package var height: Int
  package var width: Int
  package var wrap: Wrap

  package init(channels: Int, height: Int, width: Int, wrap: Wrap = .none) {
    self.channels = channels
    self.height = height
    self.width = width
    self.wrap = wrap
  }

  /// (channels, height, width).
  package var shape: [Int] { [channels, height, width] }
  package var bounds: CellRect { CellRect(x: 0, y: 0, width: width, height: height) }

  /// Whole rows as a rectangle.
  package func rect(of rows: Range<Int>) -> CellRect {
    CellRect(x: 0, y: rows.lowerBound, width: width, height: rows.count)
  }

  /// The axes along which `rect` covers the whole of a canvas that wraps, so that its own edges meet.
  package func wrap(of rect: CellRect) -> Wrap {
    Wrap(x: wrap.closesX && rect.width == width, y: wrap.closesY && rect.height == height)
  }

  /// Where `rect` lies on the canvas: column or row `index` of it, brought into range on the axes that wrap.
  func column(_ index: Int) -> Int { wrap.closesX ? modulo(index, width) : index }
  func row(_ index: Int) -> Int { wrap.closesY ? modulo(index, height) : index }

  /// Whether `rect` is a non-empty part of the canvas.
  package func contains(_ rect: CellRect) -> Bool {
    func fits(_ start: Int, _ length: Int, _ size: Int, closes: Bool) -> Bool {
      guard length > 0, length <= size else { return false }
      return closes ? (-size...size).contains(start) : start >= 0 && start <= size - length
    }
    return fits(rect.x, rect.width, width, closes: wrap.closesX)
      && fits(rect.y, rect.height, height, closes: wrap.closesY)
  }
}

/// The remainder that is never negative, for a positive `size`.
func modulo(_ value: Int, _ size: Int) -> Int {
  let remainder = value % size
  return remainder < 0 ? remainder + size : remainder
}
