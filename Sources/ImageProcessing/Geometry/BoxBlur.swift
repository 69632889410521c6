/// A plane averaged over a square of `2 radius + 1` pixels around each, several times: three times is close to
/// a Gaussian. The square is cut at the borders. Time does not depend on the radius.
func boxBlurred(_ plane: [Float], width: Int, height: Int, radius: Int, passes: Int) -> [Float] {
  guard radius > 0, width > 0, height > 0 else { return plane }
  var values = plane
  var scratch = [Float](repeating: 0, count: plane.count)
  let columns = reciprocals(width, radius: radius)
  let rows = reciprocals(height, radius: radius)
  for _ in 0..<passes {
    for y in 0..<height {
      let base = y * width
      // Double: a running sum in float would drift over thousands of pixels.
      var sum = 0.0
      for x in 0..<min(radius, width) { sum += Double(values[base + x]) }
      for x in 0..<width {
        if x + radius < width { sum += Double(values[base + x + radius]) }
        if x > radius { sum -= Double(values[base + x - radius - 1]) }
        scratch[base + x] = Float(sum * columns[x])
      }
    }
    var sums = [Double](repeating: 0, count: width)
    for y in 0..<min(radius, height) {
      for x in 0..<width { sums[x] += Double(scratch[y * width + x]) }
    }
    for y in 0..<height {
      if y + radius < height {
        for x in 0..<width { sums[x] += Double(scratch[(y + radius) * width + x]) }
      }
      if y > radius {
        for x in 0..<width { sums[x] -= Double(scratch[(y - radius - 1) * width + x]) }
      }
      for x in 0..<width { values[y * width + x] = Float(sums[x] * rows[y]) }
    }
  }
  return values
}

/// One over the number of places within `radius` of each of `count`.
private func reciprocals(_ count: Int, radius: Int) -> [Double] {
  (0..<count).map { 1 / Double(min(count - 1, $0 + radius) - max(0, $0 - radius) + 1) }
}
