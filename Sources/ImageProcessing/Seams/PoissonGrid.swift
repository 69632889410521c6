import Images

/// The equations of a membrane over the pixels of a mask, on one level of a multigrid hierarchy.
///
/// A graph Laplacian: each unknown is tied to its unknown neighbours with a weight, and to fixed values with the
/// rest of its diagonal. Coarser levels gather 2 x 2 unknowns into one and add up their ties, which keeps the
/// matrix symmetric and positive definite on a region of any shape.
struct PoissonGrid {
  let width: Int
  let height: Int
  /// The pixels that are unknown, in reading order.
  private(set) var unknowns: [Int] = []
  /// Sum of all ties of an unknown; 0 where there is none.
  private(set) var diagonal: [Float]
  /// Tie to the right and to the lower neighbour.
  private(set) var right: [Float]
  private(set) var down: [Float]

  /// The finest level: unknown where the mask is over 0, fixed where it is 0, nothing beyond the picture's border.
  ///
  /// - Parameter screening: ties every unknown to 0 too, as strongly as to a neighbour where it is 1.
  init(mask: Mask, screening: Float = 0) {
    width = mask.width
    height = mask.height
    diagonal = [Float](repeating: 0, count: width * height)
    right = diagonal
    down = diagonal
    for y in 0..<height {
      for x in 0..<width where mask.values[y * width + x] > 0 {
        let pixel = y * width + x
        unknowns.append(pixel)
        diagonal[pixel] = screening + Float((x > 0 ? 1 : 0) + (y > 0 ? 1 : 0))
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
    for pixel in fine.unknowns {
      let (x, y) = (pixel % fine.width, pixel / fine.width)
      let block = y / 2 * width + x / 2
      diagonal[block] += fine.diagonal[pixel]
      if x % 2 == 1 { right[block] += fine.right[pixel] } else { diagonal[block] -= 2 * fine.right[pixel] }
      if y % 2 == 1 { down[block] += fine.down[pixel] } else { diagonal[block] -= 2 * fine.down[pixel] }
    }
    unknowns = diagonal.indices.filter { diagonal[$0] > 0 }
  }

  /// The block of the next level that a pixel of this one belongs to.
  func block(of pixel: Int) -> Int { pixel / width / 2 * ((width + 1) / 2) + pixel % width / 2 }

  /// The matrix times a vector.
  func applied(to x: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: x.count)
    unsafe withTies { ties in
      unsafe x.withUnsafeBufferPointer { x in
        for pixel in unknowns {
          unsafe result[pixel] = diagonal[pixel] * x[pixel] - ties.neighbours(of: pixel, in: x)
        }
      }
    }
    return result
  }

  /// One sweep of Gauss and Seidel's method over all unknowns, in reading order or against it.
  func relax(_ x: inout [Float], _ b: [Float], forward: Bool) {
    let count = unknowns.count
    unsafe withTies { ties in
      unsafe x.withUnsafeMutableBufferPointer { x in
        for index in 0..<count {
          let pixel = unknowns[forward ? index : count - 1 - index]
          let sum = unsafe b[pixel] + ties.neighbours(of: pixel, in: UnsafeBufferPointer(x))
          unsafe x[pixel] = sum / diagonal[pixel]
        }
      }
    }
  }

  private func withTies(_ body: (Ties) -> Void) {
    unsafe right.withUnsafeBufferPointer { right in
      unsafe down.withUnsafeBufferPointer { down in
        unsafe body(Ties(right: right, down: down, width: width))
      }
    }
  }

  /// The ties, for the length of one closure.
  @unsafe private struct Ties {
    let right: UnsafeBufferPointer<Float>
    let down: UnsafeBufferPointer<Float>
    let width: Int

    /// Neighbours' values, each times its tie. A tie is 0 where there is no neighbour; its index is then moved
    /// to one that exists.
    @inline(__always)
    func neighbours(of pixel: Int, in x: UnsafeBufferPointer<Float>) -> Float {
      let last = x.count - 1
      var sum = unsafe right[pixel] * x[min(pixel + 1, last)] + down[pixel] * x[min(pixel + width, last)]
      if pixel >= 1 { unsafe sum += right[pixel - 1] * x[pixel - 1] }
      if unsafe pixel >= width { unsafe sum += down[pixel - width] * x[pixel - width] }
      return sum
    }
  }
}
