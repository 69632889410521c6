import Tensors

extension PatchField {
  /// Pixels to each side among which a source is looked for on the coarsest level.
  private static let window = 40

  /// Fills the hole from its border inwards, one ring at a time: every pixel takes the source that is most like what
  /// is known or filled around it (Newson et al., "Video Inpainting of Complex Scenes", 2014).
  mutating func fillInwards() {
    let (width, height) = (level.width, level.height)
    var isFilled = level.isHole.map { !$0 }
    var remaining = isFilled.indices.filter { !isFilled[$0] }
    while !remaining.isEmpty {
      var ring: [Int] = []
      var inner: [Int] = []
      for pixel in remaining {
        let (x, y) = (pixel % width, pixel / width)
        let isAtBorder =
          x > 0 && isFilled[pixel - 1] || x + 1 < width && isFilled[pixel + 1]
          || y > 0 && isFilled[pixel - width] || y + 1 < height && isFilled[pixel + width]
        if isAtBorder { ring.append(pixel) } else { inner.append(pixel) }
      }
      if ring.isEmpty { (ring, inner) = (inner, []) }
      var found = [Int](repeating: -1, count: ring.count)
      unsafe found.withUnsafeMutableBufferPointer { found in
        ThreadPool.parallel(ring.count) { index in
          unsafe found[index] = source(for: ring[index], isFilled: isFilled)
        }
      }
      for (pixel, source) in zip(ring, found) where source >= 0 {
        sources[pixel] = Int32(source)
        level.features[pixel] = level.features[source]
      }
      for pixel in ring { isFilled[pixel] = true }
      remaining = inner
    }
  }

  /// The best source for a pixel by what is filled of its patch; -1 if there is none near.
  private func source(for pixel: Int, isFilled: [Bool]) -> Int {
    let (width, height) = (level.width, level.height)
    let (x, y) = (pixel % width, pixel / width)
    let (rows, columns) = cover(x, y)
    var offsets: [Int] = []
    for row in rows {
      for column in columns where isFilled[row * width + column] {
        offsets.append(row * width + column - pixel)
      }
    }
    var best = -1
    var least = Float.infinity
    for row in max(0, y - Self.window)...min(height - 1, y + Self.window) {
      for source in row * width + max(0, x - Self.window)...row * width + min(width - 1, x + Self.window)
      where level.isSource[source] {
        var sums = SIMD8<Float>.zero
        for offset in offsets {
          let difference = level.features[pixel + offset] - level.features[source + offset]
          sums += difference * difference
        }
        var distance = sums.sum()
        if let guidance {
          let difference = guidance.guide[pixel] - guidance.surroundings[source]
          distance += (difference * difference).sum() * Float(offsets.count)
        }
        if distance < least { (best, least) = (source, distance) }
      }
    }
    return best
  }
}
