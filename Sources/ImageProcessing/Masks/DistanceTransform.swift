package import Images

/// Exact Euclidean distance of every pixel to the nearest seed, in time linear in the number of pixels
/// (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012). Infinity where no seed is.
package func distances(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Float] {
  var field = [Float](repeating: .infinity, count: width * height)
  let nearest = nearestSeeds(width: width, height: height, isSeed: isSeed)
  for pixel in field.indices where nearest[pixel] >= 0 {
    let dx = Double(pixel % width - Int(nearest[pixel]) % width)
    let dy = Double(pixel / width - Int(nearest[pixel]) / width)
    field[pixel] = Float((dx * dx + dy * dy).squareRoot())
  }
  return field
}

/// The seed that is nearest to every pixel, by its index in reading order; -1 where no seed is.
package func nearestSeeds(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Int32] {
  guard width > 0, height > 0 else { return [] }
  // Along y: the row of the nearest seed of the same column.
  var rows = [Int32](repeating: -1, count: width * height)
  for y in 0..<height {
    for x in 0..<width {
      let pixel = y * width + x
      rows[pixel] = isSeed(pixel) ? Int32(y) : y > 0 ? rows[pixel - width] : -1
    }
  }
  for y in stride(from: height - 2, through: 0, by: -1) {
    for x in 0..<width {
      let pixel = y * width + x
      let below = rows[pixel + width]
      guard below >= 0 else { continue }
      if rows[pixel] < 0 || Int(below) - y < y - Int(rows[pixel]) { rows[pixel] = below }
    }
  }
  // Along x: the lower envelope of the parabolas (x - q)^2 + column distance squared.
  var envelope = ParabolaEnvelope(count: width)
  for y in 0..<height { envelope.replace(&rows, y: y) }
  return rows
}

/// The lower envelope of the parabolas that the squared column distances of a row stand for.
private struct ParabolaEnvelope {
  private var heights: [Double]
  private var seedRows: [Int32]
  /// Apexes of the parabolas on the envelope, left to right, and where each takes over.
  private var apexes: [Int]
  private var starts: [Double]

  init(count: Int) {
    heights = [Double](repeating: 0, count: count)
    seedRows = [Int32](repeating: 0, count: count)
    apexes = [Int](repeating: 0, count: count)
    starts = [Double](repeating: 0, count: count)
  }

  /// Replaces row `y` of seeds nearest in their columns, given by their rows, by the seeds nearest in the plane.
  mutating func replace(_ rows: inout [Int32], y: Int) {
    let width = heights.count
    let base = y * width
    var last = -1
    for q in heights.indices {
      let row = rows[base + q]
      guard row >= 0 else { continue }
      seedRows[q] = row
      let distance = Double(Int(row) - y)
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
    guard last >= 0 else { return }
    var current = 0
    for x in heights.indices {
      while current < last, starts[current + 1] <= Double(x) { current += 1 }
      rows[base + x] = seedRows[apexes[current]] * Int32(width) + Int32(apexes[current])
    }
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
