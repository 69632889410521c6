package import Images

/// Exact Euclidean distance of every pixel to the nearest seed, in time linear in the number of pixels
/// (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012). Infinity where no seed is.
package func distances(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Float] {
  var field = rowsOfSeeds(width: width, height: height, isSeed: isSeed)
  // Along x: the lower envelope of the parabolas (x - q)^2 + column distance squared.
  var envelope = ParabolaEnvelope(count: width)
  for y in 0..<height {
    guard envelope.load(field, y: y) else { continue }
    for x in 0..<width {
      let seed = envelope.seed(at: x)
      let (dx, dy) = (Double(x - seed.x), Double(y - seed.y))
      field[y * width + x] = Float((dx * dx + dy * dy).squareRoot())
    }
  }
  return field
}

/// The seed that is nearest to every pixel, by its index in reading order; -1 where no seed is.
package func nearestSeeds(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Int32] {
  let rows = rowsOfSeeds(width: width, height: height, isSeed: isSeed)
  var nearest = [Int32](repeating: -1, count: width * height)
  var envelope = ParabolaEnvelope(count: width)
  for y in 0..<height {
    guard envelope.load(rows, y: y) else { continue }
    for x in 0..<width {
      let seed = envelope.seed(at: x)
      nearest[y * width + x] = Int32(seed.y * width + seed.x)
    }
  }
  return nearest
}

/// For every pixel the row of the nearest seed of its column, infinity where that has none. As floats, so that
/// distances can take their place: masks may be as large as pictures.
private func rowsOfSeeds(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Float] {
  var rows = [Float](repeating: .infinity, count: width * height)
  for y in 0..<height {
    for x in 0..<width {
      let pixel = y * width + x
      if isSeed(pixel) { rows[pixel] = Float(y) } else if y > 0 { rows[pixel] = rows[pixel - width] }
    }
  }
  for y in stride(from: height - 2, through: 0, by: -1) {
    for x in 0..<width {
      let (above, below) = (rows[y * width + x], rows[(y + 1) * width + x])
      if abs(below - Float(y)) < abs(above - Float(y)) { rows[y * width + x] = below }
    }
  }
  return rows
}

/// The lower envelope of the parabolas that the squared column distances of a row stand for.
private struct ParabolaEnvelope {
  private var heights: [Double]
  private var seedRows: [Int]
  /// Apexes of the parabolas on the envelope, left to right, and where each takes over.
  private var apexes: [Int]
  private var starts: [Double]
  private var last = -1
  private var current = 0

  init(count: Int) {
    heights = [Double](repeating: 0, count: count)
    seedRows = [Int](repeating: 0, count: count)
    apexes = [Int](repeating: 0, count: count)
    starts = [Double](repeating: 0, count: count)
  }

  /// Takes in row `y` of the rows of seeds. False where no column has a seed.
  mutating func load(_ rows: [Float], y: Int) -> Bool {
    last = -1
    current = 0
    for q in heights.indices {
      let row = rows[y * heights.count + q]
      guard row < .infinity else { continue }
      seedRows[q] = Int(row)
      let distance = Double(seedRows[q] - y)
      heights[q] = distance * distance
      var start = -Double.infinity
      while last >= 0 {
        let p = apexes[last]
        // Where the two parabolas cross.
        start =
          (heights[q] + Double(q * q) - heights[p] - Double(p * p)) / Double(2 * (q - p))
        if start > starts[last] { break }
        last -= 1
        start = -.infinity
      }
      last += 1
      apexes[last] = q
      starts[last] = start
    }
    return last >= 0
  }

  /// The seed nearest to column `x` of the row; columns are asked for from left to right.
  mutating func seed(at x: Int) -> (x: Int, y: Int) {
    while current < last, starts[current + 1] <= Double(x) { current += 1 }
    return (apexes[current], seedRows[apexes[current]])
  }
}

extension Mask {
  /// How deep each pixel lies inside the selection: the distance to the nearest pixel of value 0, which is 0 there
  /// and 1 at the selection's border. The picture's own border is not one. Infinite if everything is selected.
  package func depth() -> [Float] {
    distances(width: width, height: height) { !(values[$0] > 0) }
  }

  /// The distance of each pixel to the nearest one of a value over 0.
  package func distanceFromSelection() -> [Float] {
    distances(width: width, height: height) { values[$0] > 0 }
  }

  /// The largest depth, 0 for an empty mask; half the longer side stands in where everything is selected.
  package func innerRadius() -> Float {
    let largest = depth().max() ?? 0
    return largest.isFinite ? largest : Float(max(width, height)) / 2
  }
}
