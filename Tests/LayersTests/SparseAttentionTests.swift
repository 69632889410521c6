import Foundation
@testable import Tensors
import Testing

@testable import Layers

@Suite struct SparseAttentionTests {
  let heads = 3
  let dim = 16
  let order = TileOrder(height: 40, width: 48)
  let queries: Tensor
  let keys: Tensor
  let values: Tensor

  /// 30 image blocks and 70 text tokens more, of which 40 are also queries.
  init() {
    let (order, dim, width) = (order, dim, heads * dim)
    var random = Random(state: 21)
    // The same waves over the picture in queries and keys: blocks are alike inside, and near ones match best, as in
    // images. Head 0 is the flattest and head 2 the sharpest.
    let waves = (0..<width).map { _ in
      (Float.random(in: -0.3...0.3, using: &random), Float.random(in: -0.3...0.3, using: &random))
    }
    func field(_ rows: Int) -> Tensor {
      Tensor(
        (0..<rows).flatMap { row -> [Float] in
          guard row < order.count else {
            return waves.map { _ in Float.random(in: -1...1, using: &random) }
          }
          let (y, x) = (Float(order.raster[row] / order.width), Float(order.raster[row] % order.width))
          return waves.enumerated().map { Float(1 + $0 / dim) * cos($1.0 * y + $1.1 * x) }
        }, shape: [rows, width])
    }
    queries = field(order.count + 40)
    keys = field(order.count + 70)
    values = random.tensor([order.count + 70, width])
  }

  func pattern(_ sparsity: Double, shares: [Double]? = nil) -> BlockPattern {
    BlockSparseSelection(order: order).pattern(
      queries, keys, heads: heads, sparsity: sparsity, shares: shares)
  }

  @Test(arguments: [0.3, 0.5, 0.65])
  func spendsTheBudgetAndNoMore(sparsity: Double) {
    let found = pattern(sparsity).sparsity
    // The budget is whole blocks, of 3 x 31 x 32.
    #expect(found >= sparsity && found < sparsity + 0.001)
  }

  @Test func keepsEverythingAtZeroAndTheNeighboursAlways() {
    #expect(pattern(0).sparsity == 0)
    let least = pattern(1)
    // 20 blocks are corners and edges of 5 x 6 tiles: sum of neighbours (3 * 5 - 2) * (3 * 6 - 2), and text columns.
    let kept = (3 * 5 - 2) * (3 * 6 - 2) + 30 * 2 + 1 * 32
    #expect(least.listedBlocks == heads * kept)
  }

  @Test func headsThatLookEverywhereGetMore() {
    let shares = perHead(pattern(0.5))
    #expect(shares[0] > shares[2], "\(shares)")
  }

  @Test func learnedBudgetsDecideWhereTheyAreGiven() {
    let shares = perHead(
      pattern(0.5, shares: AttentionBudgets(budgets: [[2, 3, 4]]).shares(block: 0, kept: 0.5)))
    let all = Double(31 * 32)
    for (share, budget) in zip(shares, [2.0, 3, 4]) {
      #expect(abs(Double(share) - min(1, 0.5 * budget / 3) * all) <= 1, "\(shares)")
    }
  }

  private func perHead(_ pattern: BlockPattern) -> [Int] {
    (0..<heads).map { head in
      (0..<pattern.queryBlocks).reduce(0) { $0 + pattern.keys(head: head, queryBlock: $1).count }
    }
  }

  /// Chosen blocks must hold more of the true softmax mass than as many random ones, and leave less error.
  @Test func choosesBlocksThatMatter() {
    let dense = attention(queries, keys, values, heads: heads)
    func error(_ blocks: BlockPattern) -> Double {
      relativeError(
        blockSparseAttention(queries, keys, values, heads: heads, blocks: blocks).values,
        dense.values.map(Double.init))
    }
    let chosen = pattern(0.5)
    var random = Random(state: 3)
    let shuffled = (0..<heads * chosen.queryBlocks).map { row in
      let count = chosen.keys(head: row / chosen.queryBlocks, queryBlock: row % chosen.queryBlocks).count
      return Array((0..<chosen.keyBlocks).shuffled(using: &random).prefix(count))
    }
    let blind = BlockPattern(
      heads: heads, queryBlocks: chosen.queryBlocks, keyBlocks: chosen.keyBlocks, rows: shuffled)
    #expect(error(chosen) < 0.5 * error(blind), "chosen \(error(chosen)), blind \(error(blind))")
  }

  @Test func isDenseToTheBitAtZero() {
    var sparse = SparseAttention(sparsity: 0)
    let found = sparse.attend(
      queries, keys, values, heads: heads, order: order, place: .init(block: 0, sequence: 0))
    #expect(found.values == attention(queries, keys, values, heads: heads).values)
    #expect(sparse.achieved == 0 && sparse.denseReason == .notAsked)
  }

  @Test func saysWhyItIsDense() {
    var sparse = SparseAttention(sparsity: 0.5)
    sparse.begin(step: 9, of: 10)
    _ = sparse.attend(queries, keys, values, heads: heads, order: order, place: .init(block: 0, sequence: 0))
    #expect(sparse.denseReason == .fewTokens && sparse.achieved == 0)
  }

  /// Ten steps over 2,304 tokens: two dense, then chosen blocks that last three steps.
  @Test func runsThroughItsSteps() {
    let order = TileOrder(height: 48, width: 48)
    var random = Random(state: 8)
    var sparse = SparseAttention(sparsity: 0.6)
    var skipped = 0.0
    for step in 0..<10 {
      let x = random.tensor([order.count + 20, 2 * 8])
      sparse.begin(step: step, of: 10)
      let output = sparse.attend(x, x, x, heads: 2, order: order, place: .init(block: 0, sequence: 0))
      #expect(output.values.allSatisfy { $0.isFinite })
      #expect(sparse.denseReason == (step < 2 ? .earlyStep : nil), "step \(step)")
      // Exactly what this step left out.
      let share = sparse.achieved * Double(step + 1) - skipped
      skipped += share
      #expect(step < 2 ? share == 0 : abs(share - 0.6) < 0.002, "step \(step): \(share)")
    }
    #expect(abs(sparse.achieved - 0.48) < 0.002)
  }

  @Test func choosesAgainAfterThreeSteps() {
    var sparse = SparseAttention(sparsity: 0.6, forced: true)
    var random = Random(state: 8)
    var outputs: [[Float]] = []
    // The same queries throughout; the keys that blocks are chosen by change with every step.
    for step in 0..<4 {
      sparse.begin(step: step, of: 4)
      _ = sparse.attend(
        queries, step == 0 ? keys : random.tensor(keys.shape), values, heads: heads, order: order,
        place: .init(block: 0, sequence: 0))
      outputs.append(
        sparse.attend(queries, keys, values, heads: heads, order: order, place: .init(block: 0, sequence: 0))
          .values)
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2] && outputs[0] != outputs[3])
  }

  @Test func isTheSameAtAnyThreadCount() {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    ThreadPool.threadCount = 1
    let one = pattern(0.5)
    ThreadPool.threadCount = 3
    #expect(pattern(0.5) == one)
  }
}

extension BlockPattern {
  /// Key blocks that one head's block of queries sees.
  fileprivate func keys(head: Int, queryBlock: Int) -> ArraySlice<Int32> {
    let row = head * queryBlocks + queryBlock
    return keys[Int(starts[row])..<Int(starts[row + 1])]
  }
}
