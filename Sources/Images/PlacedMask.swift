/// A mask of a large picture that is held only where it selects something: it is 0 outside its frame.
package struct PlacedMask: Sendable, Equatable {
  /// Of the whole picture.
  package let width: Int
  package let height: Int
  /// Where on the picture `stored` lies; empty if nothing is selected.
  package let frame: PixelRect
  /// The mask under the frame.
  package let stored: Mask

  /// - Parameter frame: lies inside the picture and has the size of `stored`.
  package init(width: Int, height: Int, frame: PixelRect, stored: Mask) {
    assert(frame.width == stored.width && frame.height == stored.height)
    assert(frame.isEmpty || frame.x >= 0 && frame.y >= 0 && frame.maxX <= width && frame.maxY <= height)
    (self.width, self.height, self.frame, self.stored) = (width, height, frame, stored)
  }

  /// A mask that is held whole.
  package init(_ mask: Mask) {
    self.init(
      width: mask.width, height: mask.height,
      frame: PixelRect(x: 0, y: 0, width: mask.width, height: mask.height), stored: mask)
  }

  package subscript(x: Int, y: Int) -> Float {
    guard x >= frame.x, x < frame.maxX, y >= frame.y, y < frame.maxY else { return 0 }
    return stored[x - frame.x, y - frame.y]
  }
}

/// Takes in a mask row by row and keeps the rectangle around what it selects.
package struct PlacedMaskBuilder {
  /// What would have to be held is more than the builder may hold.
  package struct TooLarge: Error {
    package let bytes: Int
  }

  private let width: Int
  private let height: Int
  private let maximumBytes: Int
  private var frame = PixelRect(x: 0, y: 0, width: 0, height: 0)
  private var values: [Float] = []
  private var nextRow = 0

  package init(width: Int, height: Int, maximumBytes: Int = .max) {
    (self.width, self.height, self.maximumBytes) = (width, height, maximumBytes)
  }

  /// The next row, `width` values in 0...1.
  package mutating func append(_ row: ArraySlice<Float>) throws(TooLarge) {
    assert(row.count == width && nextRow < height)
    defer { nextRow += 1 }
    guard let first = row.firstIndex(where: { $0 > 0 }), let last = row.lastIndex(where: { $0 > 0 }) else {
      return
    }
    try include(first - row.startIndex..<last - row.startIndex + 1)
    // Rows that select nothing are added once another comes after them.
    let missing = nextRow - frame.maxY
    values.append(contentsOf: repeatElement(0, count: missing * frame.width))
    let start = row.startIndex + frame.x
    values.append(contentsOf: row[start..<start + frame.width])
    frame.height += missing + 1
  }

  /// Makes room for a row that selects `columns`: the frame becomes wider by a quarter more than it must, so that an
  /// oblique border does not widen it row by row.
  private mutating func include(_ columns: Range<Int>) throws(TooLarge) {
    var wider = frame
    if frame.isEmpty {
      wider = PixelRect(x: columns.lowerBound, y: nextRow, width: columns.count, height: 0)
    } else if columns.lowerBound < frame.x || columns.upperBound > frame.maxX {
      let spare = frame.width / 4 + 16
      wider.x = columns.lowerBound < frame.x ? max(0, columns.lowerBound - spare) : frame.x
      wider.width =
        (columns.upperBound > frame.maxX ? min(width, columns.upperBound + spare) : frame.maxX) - wider.x
    }
    let isSame = wider.x == frame.x && wider.width == frame.width
    // The narrower frame is held until the wider one is filled.
    let held = wider.width * (nextRow + 1 - wider.y) + (isSame ? 0 : values.count)
    guard held <= maximumBytes / MemoryLayout<Float>.size else {
      throw TooLarge(bytes: held * MemoryLayout<Float>.size)
    }
    guard !isSame else { return }
    var copy: [Float] = []
    // Pages that are reserved but never written cost nothing; growing step by step would hold everything twice.
    copy.reserveCapacity(wider.width * (height - wider.y))
    for y in 0..<frame.height {
      copy.append(contentsOf: repeatElement(0, count: frame.x - wider.x))
      copy.append(contentsOf: values[y * frame.width..<(y + 1) * frame.width])
      copy.append(contentsOf: repeatElement(0, count: wider.maxX - frame.maxX))
    }
    (values, frame) = (copy, wider)
  }

  /// What was taken in.
  package consuming func finish() -> PlacedMask {
    PlacedMask(
      width: width, height: height, frame: frame,
      stored: Mask(width: frame.width, height: frame.height, values: values))
  }
}
