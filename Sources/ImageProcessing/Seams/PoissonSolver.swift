import Images

/// Solves the membrane equation over a mask: conjugate gradients, preconditioned by one multigrid cycle.
struct PoissonSolver {
  private var grids: [PoissonGrid]

  /// - Parameter screening: see `PoissonGrid`; what the border says fades over 1 / sqrt(screening) pixels.
  init(mask: Mask, screening: Float = 0) {
    grids = [PoissonGrid(mask: mask, screening: screening)]
    while let last = grids.last, last.width * last.height > 16, max(last.width, last.height) > 2 {
      grids.append(PoissonGrid(coarsening: last))
    }
  }

  /// - Parameters:
  ///   - b: for each unknown the sum of the fixed values it is tied to.
  ///   - tolerance: the residual, relative to b, to stop at.
  /// - Returns: the solution, 0 outside the mask, and the steps taken.
  func solve(_ b: [Float], tolerance: Double = 1e-5, maximumSteps: Int = 200) -> ([Float], steps: Int) {
    var x = [Float](repeating: 0, count: b.count)
    let goal = tolerance * dot(b, b).squareRoot()
    var residual = b
    var size = dot(residual, residual).squareRoot()
    guard size > goal, size > 0 else { return (x, 0) }
    var direction = preconditioned(residual)
    var energy = dot(residual, direction)
    for step in 1...maximumSteps {
      let image = grids[0].applied(to: direction)
      let alpha = Float(energy / dot(direction, image))
      guard alpha.isFinite else { return (x, step) }
      for index in x.indices {
        x[index] += alpha * direction[index]
        residual[index] -= alpha * image[index]
      }
      size = dot(residual, residual).squareRoot()
      if size <= goal { return (x, step) }
      let next = preconditioned(residual)
      let nextEnergy = dot(residual, next)
      let beta = Float(nextEnergy / energy)
      energy = nextEnergy
      for index in direction.indices { direction[index] = next[index] + beta * direction[index] }
    }
    return (x, maximumSteps)
  }

  private func preconditioned(_ residual: [Float]) -> [Float] { cycle(residual, level: 0) }

  /// One symmetric V-cycle from a zero guess.
  private func cycle(_ b: [Float], level: Int) -> [Float] {
    let grid = grids[level]
    var x = [Float](repeating: 0, count: b.count)
    guard level + 1 < grids.count else {
      for _ in 0..<16 {
        grid.relax(&x, b, forward: true)
        grid.relax(&x, b, forward: false)
      }
      return x
    }
    grid.relax(&x, b, forward: true)
    let image = grid.applied(to: x)
    let coarse = grids[level + 1]
    var gathered = [Float](repeating: 0, count: coarse.width * coarse.height)
    for pixel in grid.unknowns { gathered[grid.block(of: pixel)] += b[pixel] - image[pixel] }
    let correction = cycle(gathered, level: level + 1)
    // Blocks of constant value are twice as stiff as the smooth function they stand for.
    let stretch: Float = 1.8
    for pixel in grid.unknowns { x[pixel] += stretch * correction[grid.block(of: pixel)] }
    grid.relax(&x, b, forward: false)
    return x
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
    return sum
  }
}
