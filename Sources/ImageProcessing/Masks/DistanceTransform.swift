package import Images

/// Exact Euclidean distance of every pixel to the nearest seed, in time linear in the number of pixels
/// (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012). Infinity where no seed is.
package func distances(width: Int, height: Int, isSeed: (Int) -> Bool) -> [Float] {
  guard width > 0, height > 0 else { return [] }
  var field = [Float](repeating: .infinity, count: width * height)
  // Along y: the distance to the nearest seed of the same column.
  for x in 0..<width where isSeed(x) { field[x] = 0 }
  for y in 1..<max(height, 1) {
    for x in 0..<width {
      let pixel = y * width + x
      field[pixel] = isSeed(pixel) ? 0 : field[pixel - width] + 1
    }
  }
  for y in stride(from: height - 2, through: 0, by: -1) {
    for x in 0..<width {
      let pixel = y * width + x
      field[pixel] = min(field[pixel], field[pixel + width] + 1)
    }
  }
  // Along x: the lower envelope of the parabolas (x - q)^2 + column distance squared.
  var envelope = ParabolaEnvelope(count: width)
  for y in 0..<height { envelope.replace(&field, from: y * width) }
  return field
}

/// The lower envelope of the parabolas that the squared column distances of a row stand for.
private struct ParabolaEnvelope {
  private var heights: [Double]
  /// Apexes of the parabolas on the envelope, left to right, and where each takes over.
  private var apexes: [Int]
  private var starts: [Double]

  init(count: Int) {
    heights = [Double](repeating: 0, count: count)
    apexes = [Int](repeating: 0, count: count)
    starts = [Double](repeating: 0, count: count)
  }

  /// Replaces a row of column distances by distances in the plane.
  mutating func replace(_ field: inout [Float], from base: Int) {
    var last = -1
    for q in heights.indices {
      let distance = Double(field[base + q])
      guard distance < .infinity else { continue }
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
      let offset = Double(x - apexes[current])
      field[base + x] = Float((offset * offset + heights[apexes[current]]).squareRoot())
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
