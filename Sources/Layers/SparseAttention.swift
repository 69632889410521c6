package import Tensors

/// Block-sparse self-attention through a run of denoising steps: decides when it pays, keeps the chosen blocks for a
/// few steps, and counts what was never computed.
package struct SparseAttention: Sendable {
  /// Why the last step attended to everything.
  package enum DenseReason: String, Sendable {
    case notAsked = "sparsity is 0"
    case fewTokens = "the picture has too few tokens for sparse attention to pay"
    case earlyStep = "the first steps, which place things, are dense"
  }

  /// Where in the network an attention stands.
  package struct Place: Hashable, Sendable {
    let block: Int
    let sequence: Int

    package init(block: Int, sequence: Int) {
      self.block = block
      self.sequence = sequence
    }
  }

  /// What chosen blocks belong to: a forward of some of the tokens chooses for itself.
  private struct Queries: Hashable {
    let place: Place
    let tokens: [Int]?
  }

  private struct Size: Hashable {
    let height: Int
    let width: Int
    let tokens: [Int]?
  }

  /// Image tokens from which a sparse step is faster than a dense one.
  package static let fewestTokens = 2048
  /// Share of a run's steps, at its beginning, that are dense.
  package static let denseShare = 0.2
  /// Steps for which chosen blocks are used.
  package static let reuse = 3

  /// Share of score blocks to leave out of sparse steps, 0...1.
  package let sparsity: Double
  private let budgets: AttentionBudgets?
  /// Sparse whatever the step and the size.
  private let forced: Bool
  private var step = 0
  private var steps = 1
  private var chosen: [Queries: (step: Int, pattern: BlockPattern)] = [:]
  private var selections: [Size: BlockSparseSelection] = [:]
  /// Score blocks of the run, were it dense, and those that were computed.
  package private(set) var allBlocks = 0
  package private(set) var computedBlocks = 0
  /// Why the last attention was dense; nil when it was sparse, or when there was none yet.
  package private(set) var denseReason: DenseReason?
  /// What dense attention teaches; nil where nobody asks.
  package private(set) var learner: AttentionBudgetLearner?

  /// - Parameters:
  ///   - sparsity: 0 is dense, exactly; 0.5 to 0.85 is useful.
  ///   - budgets: how the heads share what is kept; nil lets each step's scores decide.
  ///   - forced: sparse from the first step and at any size, for measurements.
  ///   - learner: learns from the steps that are dense.
  package init(
    sparsity: Double, budgets: AttentionBudgets? = nil, forced: Bool = false,
    learner: AttentionBudgetLearner? = nil
  ) {
    self.learner = learner
    self.sparsity = sparsity > 0 ? min(1, sparsity) : 0
    self.budgets = budgets
    self.forced = forced
  }

  /// Tells which step of how many comes next; both count from the run's beginning.
  package mutating func begin(step: Int, of steps: Int) {
    if step < self.step { chosen = [:] }
    self.step = step
    self.steps = steps
  }

  /// Share of the run's score blocks that were never computed, 0...1.
  package var achieved: Double {
    allBlocks == 0 ? 0 : 1 - Double(computedBlocks) / Double(allBlocks)
  }

  /// Softmax attention of one sequence whose first tokens are image in `order`.
  ///
  /// - Parameters:
  ///   - q: (queries, heads * dim), normalised and rotated.
  ///   - k, v: (keys, heads * dim), likewise.
  ///   - tokens: the image tokens that are queries, as places in `order`, ascending; nil is all of them.
  /// - Returns: (queries, heads * dim).
  package mutating func attend(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, order: TileOrder, tokens: [Int]? = nil, place: Place
  ) -> Tensor {
    let all = heads * blockCount(q.shape[0]) * blockCount(k.shape[0])
    allBlocks += all
    denseReason = reason(imageTokens: order.count)
    if denseReason != nil {
      computedBlocks += all
      let output = attention(q, k, v, heads: heads)
      if let learner, place.sequence == 0, learner.watches(step: step, of: steps) {
        let selection = selection(order, tokens)
        self.learner?.observe(
          q, k, v, output: output, heads: heads, selection: selection, block: place.block)
      }
      return output
    }
    let pattern = pattern(q, k, heads: heads, order: order, tokens: tokens, place: place)
    computedBlocks += pattern.listedBlocks
    return blockSparseAttention(q, k, v, heads: heads, blocks: pattern)
  }

  private func reason(imageTokens: Int) -> DenseReason? {
    if sparsity == 0 { return .notAsked }
    if forced { return nil }
    if imageTokens < Self.fewestTokens { return .fewTokens }
    return Double(step) < Self.denseShare * Double(steps) ? .earlyStep : nil
  }

  private mutating func selection(_ order: TileOrder, _ tokens: [Int]?) -> BlockSparseSelection {
    let size = Size(height: order.height, width: order.width, tokens: tokens)
    let selection = selections[size] ?? BlockSparseSelection(order: order, places: tokens)
    selections[size] = selection
    return selection
  }

  private mutating func pattern(
    _ q: Tensor, _ k: Tensor, heads: Int, order: TileOrder, tokens: [Int]?, place: Place
  ) -> BlockPattern {
    let queries = Queries(place: place, tokens: tokens)
    let (queryBlocks, keyBlocks) = (blockCount(q.shape[0]), blockCount(k.shape[0]))
    if let (made, pattern) = chosen[queries], step - made < Self.reuse, pattern.queryBlocks == queryBlocks,
      pattern.keyBlocks == keyBlocks
    {
      return pattern
    }
    let pattern = selection(order, tokens).pattern(
      q, k, heads: heads, sparsity: sparsity,
      shares: budgets?.shares(block: place.block, kept: 1 - sparsity))
    chosen[queries] = (step, pattern)
    return pattern
  }
}
