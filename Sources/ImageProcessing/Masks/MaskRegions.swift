package import Images

/// One part of a mask that hangs together.
package struct MaskRegion: Sendable, Equatable {
  package let box: PixelRect
  package let pixelCount: Int
}

/// The parts of a mask, numbered in reading order of their first pixels.
package struct MaskRegions: Sendable {
  package let regions: [MaskRegion]
  /// For each pixel the index of its region, or -1 where the mask is 0.
  package let labels: [Int32]

  /// - Parameter reach: parts that touch once each is grown by so many pixels count as one.
  package init(of mask: Mask, growingBy reach: Float = 0) {
    let width = mask.width
    var joined = mask.values.map { $0 > 0 }
    if reach > 0 {
      let distance = mask.distanceFromSelection()
      for pixel in joined.indices where distance[pixel] <= reach { joined[pixel] = true }
    }
    var labels = [Int32](repeating: -1, count: joined.count)
    var sets = DisjointSets()
    for pixel in joined.indices where joined[pixel] {
      let (x, y) = (pixel % width, pixel / width)
      var label: Int32 = -1
      // Eight neighbours: the four already seen.
      for (dx, dy) in [(-1, 0), (-1, -1), (0, -1), (1, -1)] {
        guard x + dx >= 0, x + dx < width, y + dy >= 0 else { continue }
        let neighbour = labels[pixel + dy * width + dx]
        guard neighbour >= 0 else { continue }
        label = label < 0 ? neighbour : sets.join(label, neighbour)
      }
      labels[pixel] = label < 0 ? sets.make() : label
    }
    var numbers: [Int32: Int32] = [:]
    var boxes: [(left: Int, top: Int, right: Int, bottom: Int, count: Int)] = []
    for pixel in labels.indices {
      guard labels[pixel] >= 0, mask.values[pixel] > 0 else {
        labels[pixel] = -1
        continue
      }
      let root = sets.root(labels[pixel])
      let number = numbers[root] ?? Int32(numbers.count)
      let (x, y) = (pixel % width, pixel / width)
      if Int(number) == boxes.count {
        numbers[root] = number
        boxes.append((x, y, x, y, 0))
      }
      labels[pixel] = number
      let box = boxes[Int(number)]
      boxes[Int(number)] = (
        min(box.left, x), box.top, max(box.right, x), y, box.count + 1
      )
    }
    self.labels = labels
    regions = boxes.map {
      MaskRegion(
        box: PixelRect(
          x: $0.left, y: $0.top, width: $0.right - $0.left + 1, height: $0.bottom - $0.top + 1),
        pixelCount: $0.count)
    }
  }

  /// The mask with every other region taken out.
  package func mask(_ mask: Mask, keeping region: Int) -> Mask {
    var result = mask
    for pixel in labels.indices where labels[pixel] != Int32(region) { result.values[pixel] = 0 }
    return result
  }
}

/// Which labels turned out to be one; the root of a set is its smallest.
private struct DisjointSets {
  private var parents: [Int32] = []

  mutating func make() -> Int32 {
    parents.append(Int32(parents.count))
    return Int32(parents.count - 1)
  }

  mutating func root(_ label: Int32) -> Int32 {
    var label = label
    while parents[Int(label)] != label {
      parents[Int(label)] = parents[Int(parents[Int(label)])]
      label = parents[Int(label)]
    }
    return label
  }

  mutating func join(_ a: Int32, _ b: Int32) -> Int32 {
    let (first, second) = (root(a), root(b))
    parents[Int(max(first, second))] = min(first, second)
    return min(first, second)
  }
}
