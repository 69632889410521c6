import Images

/// The equations of a membrane over the pixels of a mask, on one level of a multigrid hierarchy.
///
/// A graph Laplacian: each unknown is tied to its unknown neighbours with a weight, and to fixed values with the
/// rest of its diagonal. Coarser levels gather 2 x 2 unknowns into one and add up their ties, which keeps the
/// matrix symmetric and positive definite on a region of any shape.
struct PoissonGrid {
  let width: Int
  let height: Int
  /// Sum of all ties of an unknown; 0 where there is none.
  var diagonal: [Float]
  /// Tie to the right and to the lower neighbour.
  var right: [Float]
  var down: [Float]

  /// The finest level: unknown where the mask is over 0, fixed where it is 0, nothing beyond the picture's border.
  init(mask: Mask) {
    width = mask.width
    height = mask.height
    diagonal = [Float](repeating: 0, count: width * height)
    right = diagonal
    down = diagonal
    for y in 0..<height {
      for x in 0..<width where mask.values[y * width + x] > 0 {
        let pixel = y * width + x
        diagonal[pixel] = Float((x > 0 ? 1 : 0) + (y > 0 ? 1 : 0))
        if x + 1 < width {
          diagonal[pixel] += 1
          if mask.values[pixel + 1] > 0 { right[pixel] = 1 }
        }
        if y + 1 < height {
          diagonal[pixel] += 1
          if mask.values[pixel + width] > 0 { down[pixel] = 1 }
        }
      }
    }
  }

  /// The next coarser level.
  init(coarsening fine: PoissonGrid) {
    width = (fine.width + 1) / 2
    height = (fine.height + 1) / 2
    diagonal = [Float](repeating: 0, count: width * height)
    right = diagonal
    down = diagonal
    for y in 0..<fine.height {
      for x in 0..<fine.width {
        let pixel = y * fine.width + x
        guard fine.diagonal[pixel] > 0 else { continue }
        let block = y / 2 * width + x / 2
        diagonal[block] += fine.diagonal[pixel]
        if x % 2 == 1 { right[block] += fine.right[pixel] } else { diagonal[block] -= 2 * fine.right[pixel] }
        if y % 2 == 1 { down[block] += fine.down[pixel] } else { diagonal[block] -= 2 * fine.down[pixel] }
      }
    }
  }

  /// The matrix times a vector.
  func applied(to x: [Float]) -> [Float] {
    var result = x
    for pixel in x.indices { result[pixel] = diagonal[pixel] * x[pixel] - neighbours(of: pixel, in: x) }
    return result
  }

  /// Neighbours' values, each times its tie.
  @inline(__always)
  private func neighbours(of pixel: Int, in x: [Float]) -> Float {
    var sum: Float = 0
    // A tie is 0 where there is no neighbour, but the index must exist.
    if right[pixel] != 0 { sum += right[pixel] * x[pixel + 1] }
    if down[pixel] != 0 { sum += down[pixel] * x[pixel + width] }
    if pixel >= 1, right[pixel - 1] != 0 { sum += right[pixel - 1] * x[pixel - 1] }
    if pixel >= width, down[pixel - width] != 0 { sum += down[pixel - width] * x[pixel - width] }
    return sum
  }

  /// One sweep of Gauss and Seidel's method over all unknowns, in reading order or against it.
  func relax(_ x: inout [Float], _ b: [Float], forward: Bool) {
    for index in x.indices {
      let pixel = forward ? index : x.count - 1 - index
      guard diagonal[pixel] > 0 else { continue }
      x[pixel] = (b[pixel] + neighbours(of: pixel, in: x)) / diagonal[pixel]
    }
  }
}
