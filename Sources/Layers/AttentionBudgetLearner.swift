import Tensors

/// Learns from dense attention how the heads of a block should share what sparse attention keeps.
///
/// At a few steps of a run each head's output is computed again with several shares of its score blocks, chosen as
/// sparse attention chooses them. That gives a curve of error over share for each head; budgets are the shares that
/// make the sum of the errors of a block's heads least.
package struct AttentionBudgetLearner: Sendable {
  /// Shares of the score blocks at which heads are tried; those always kept are a sixth or so at 4,096 tokens.
  package static let shares = [0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8]
  /// Where in a run heads are tried, as shares of its steps: from the first sparse one to the end.
  private static let moments = [0.25, 0.45, 0.65, 0.85]

  /// Square error, for each block, head and share, and the square of the outputs.
  private var errors: [Int: [[Double]]] = [:]
  private var sizes: [Int: [Double]] = [:]

  package init() {}

  /// Attentions that were tried.
  package private(set) var observations = 0

  /// Whether a step of the run is one at which heads are tried.
  func watches(step: Int, of steps: Int) -> Bool {
    Self.moments.contains { Int($0 * Double(steps)) == step }
  }

  /// Tries the heads of one attention.
  ///
  /// - Parameters:
  ///   - q, k, v: as attention takes them.
  ///   - output: the dense result, (queries, heads * dim).
  mutating func observe(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, output: Tensor, heads: Int, selection: BlockSparseSelection,
    block: Int
  ) {
    var found = errors[block] ?? Array(repeating: Array(repeating: 0, count: Self.shares.count), count: heads)
    for (index, share) in Self.shares.enumerated() {
      let pattern = selection.pattern(
        q, k, heads: heads, sparsity: 1 - share, shares: Array(repeating: share, count: heads))
      let sparse = blockSparseAttention(q, k, v, heads: heads, blocks: pattern)
      for (head, error) in squares(of: sparse, less: output, heads: heads).enumerated() {
        found[head][index] += error
      }
    }
    errors[block] = found
    let size = squares(of: output, less: nil, heads: heads)
    sizes[block] = zip(sizes[block] ?? Array(repeating: 0, count: heads), size).map(+)
    observations += 1
  }

  /// Takes in what another run taught.
  package mutating func merge(_ other: AttentionBudgetLearner) {
    errors.merge(other.errors) { zip($0, $1).map { zip($0, $1).map(+) } }
    sizes.merge(other.sizes) { zip($0, $1).map(+) }
    observations += other.observations
  }

  /// Relative error of a block's attention, root of squares, with the same share for every head and with budgets.
  package func relativeErrors(block: Int, sparsity: Double) -> (even: Double, budgeted: Double)? {
    guard let errors = errors[block], let size = sizes[block]?.reduce(0, +), size > 0 else { return nil }
    let even = errors.reduce(0) { $0 + Self.error($1, at: 1 - sparsity) }
    let shares = Self.allocate(errors, mean: 1 - sparsity)
    let budgeted = zip(errors, shares).reduce(0) { $0 + Self.error($1.0, at: $1.1) }
    return ((even / size).squareRoot(), (budgeted / size).squareRoot())
  }

  /// Budgets for `blocks` blocks, learned for this sparsity; nil where a block was never tried.
  package func budgets(blocks: Int, sparsity: Double) -> AttentionBudgets? {
    let all = (0..<blocks).compactMap { block in
      errors[block].map { Self.allocate($0, mean: 1 - sparsity).map { ($0 * 1000).rounded() / 1000 } }
    }
    return all.count == blocks ? AttentionBudgets(budgets: all) : nil
  }

  /// Shares of the heads, `mean` on average, that make the sum of their errors least: what is there to give goes,
  /// piece by piece, to the head that gains most from it.
  static func allocate(_ errors: [[Double]], mean: Double) -> [Double] {
    let least = min(shares[0], mean)
    let step = 0.005
    var given = [Double](repeating: least, count: errors.count)
    var pieces = Int(((mean - least) * Double(errors.count) / step).rounded())
    while pieces > 0 {
      // Gains over several lengths, for a curve may be flat at first.
      var best = (gain: -1.0, head: 0, pieces: 1)
      for head in errors.indices {
        for length in [1, 4, 12, 30]
        where length <= pieces && given[head] + Double(length) * step < 1 + step / 2 {
          let end = given[head] + Double(length) * step
          let gain = (error(errors[head], at: given[head]) - error(errors[head], at: end)) / Double(length)
          // Where nothing is to be gained all are given alike.
          let isFairer = gain == best.gain && given[head] < given[best.head]
          if gain > best.gain || isFairer { best = (gain, head, length) }
        }
      }
      guard best.gain >= 0 else { break }
      given[best.head] += Double(best.pieces) * step
      pieces -= best.pieces
    }
    return given
  }

  /// The error at a share, between those tried; nothing is lost at 1.
  static func error(_ curve: [Double], at share: Double) -> Double {
    let (x, y) = (shares + [1], curve + [0])
    guard let upper = x.firstIndex(where: { $0 >= share }) else { return 0 }
    guard upper > 0 else { return y[0] }
    let part = (share - x[upper - 1]) / (x[upper] - x[upper - 1])
    return y[upper - 1] + part * (y[upper] - y[upper - 1])
  }

  /// For each head the sum of squares of (x - other).
  private func squares(of x: Tensor, less other: Tensor?, heads: Int) -> [Double] {
    let (rows, width) = x.matrixShape
    let dim = width / heads
    let difference = other.map { add(x, scale($0, by: -1)) } ?? x
    return unsafe difference.withUnsafeBuffer { values in
      (0..<heads).map { head in
        var sum = 0.0
        for row in 0..<rows {
          var part: Float = 0
          for i in row * width + head * dim..<row * width + (head + 1) * dim {
            unsafe part += values[i] * values[i]
          }
          sum += Double(part)
        }
        return sum
      }
    }
  }
}
