#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The coefficients of one UniPC step, in double precision.
///
/// `x' = latentFactor x + dataFactor m0 + sum_i weight_i (m_i - m0)`, where m0 is the latest prediction.
struct UniPCUpdate {
  let latentFactor: Float
  let dataFactor: Float
  /// `-alpha' B(h)`, which multiplies every difference.
  private let scale: Double
  /// Distance of each older prediction in half-log signal-to-noise, in steps of this one; then 1.
  private let ratios: [Double]
  private let rightHandSide: [Double]

  /// - Parameters:
  ///   - start: index of the noise level the step leaves.
  ///   - end: index of the level it arrives at.
  ///   - order: how many predictions it uses, the latest at `start`.
  init(
    sigmas: [Float], from start: Int, to end: Int, order: Int, type: SchedulerConfiguration.SolverType
  ) {
    func halfLogSNR(_ index: Int) -> Double { log(1 - Double(sigmas[index])) - log(Double(sigmas[index])) }
    let alpha = 1 - Double(sigmas[end])
    let h = halfLogSNR(end) - halfLogSNR(start)
    let phi = expm1(-h)
    let base = type == .bh1 ? -h : phi
    latentFactor = Float(Double(sigmas[end]) / Double(sigmas[start]))
    dataFactor = Float(-alpha * phi)
    scale = -alpha * base
    ratios = (1..<order).map { (halfLogSNR(start - $0) - halfLogSNR(start)) / h } + [1]
    var values: [Double] = []
    var term = phi / -h - 1
    var factorial = 1.0
    for index in 1...order {
      values.append(term * factorial / base)
      factorial *= Double(index + 1)
      term = term / -h - 1 / factorial
    }
    rightHandSide = values
  }

  /// Factors of `m_i - m0` for each older prediction, the nearest first.
  func predictorWeights() -> [Float] {
    let count = ratios.count - 1
    guard count > 0 else { return [] }
    // The reference takes one half at order 2 instead of solving.
    let solution = count == 1 ? [0.5] : solve(count)
    return (0..<count).map { Float(scale * solution[$0] / ratios[$0]) }
  }

  /// Factors of the older differences, and of the new prediction's.
  func correctorWeights() -> (history: [Float], current: Float) {
    let count = ratios.count
    let solution = count == 1 ? [0.5] : solve(count)
    let history = (0..<count - 1).map { Float(scale * solution[$0] / ratios[$0]) }
    return (history, Float(scale * solution[count - 1]))
  }

  /// Solves `sum_j ratios[j]^i x_j = rightHandSide[i]` for the first `count` ratios by elimination.
  private func solve(_ count: Int) -> [Double] {
    var rows = (0..<count).map { power in
      (0..<count).map { column in (0..<power).reduce(1.0) { product, _ in product * ratios[column] } }
        + [rightHandSide[power]]
    }
    for pivot in 0..<count {
      let best = (pivot..<count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
      rows.swapAt(pivot, best)
      for row in 0..<count where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
  }
}
