import Foundation
import Tensors
import Testing

@testable import Layers

@Suite struct AttentionBudgetLearnerTests {
  let order = TileOrder(height: 64, width: 64)

  /// Head 0 looks at one place each, head 1 everywhere: what it attends to differs from row to row.
  private func inputs() -> (q: Tensor, k: Tensor, v: Tensor) {
    var random = Random(state: 5)
    let (rows, dim) = (order.count + 64, 16)
    let waves = (0..<dim).map { _ in
      (Float.random(in: -0.1...0.1, using: &random), Float.random(in: -0.1...0.1, using: &random))
    }
    let values = (0..<rows).flatMap { row -> [Float] in
      let place = order.raster[min(row, order.count - 1)]
      let near = waves.map { 3 * cos($0.0 * Float(place / 64) + $0.1 * Float(place % 64)) }
      return near + (0..<dim).map { _ in Float.random(in: -0.5...0.5, using: &random) }
    }
    let x = Tensor(values, shape: [rows, 2 * dim])
    return (x, x, random.tensor([rows, 2 * dim]))
  }

  private func learn(steps: Int) -> AttentionBudgetLearner {
    let (q, k, v) = inputs()
    var sparse = SparseAttention(sparsity: 0, learner: AttentionBudgetLearner())
    for step in 0..<steps {
      sparse.begin(step: step, of: steps)
      for block in 0..<2 {
        let dense = sparse.attend(q, k, v, heads: 2, order: order, place: .init(block: block, sequence: 0))
        #expect(dense.values == attention(q, k, v, heads: 2).values, "learning changed the result")
        // Guidance's second sequence teaches nothing.
        _ = sparse.attend(q, k, v, heads: 2, order: order, place: .init(block: block, sequence: 1))
      }
    }
    return sparse.learner ?? AttentionBudgetLearner()
  }

  @Test func headsThatLookEverywhereAreGivenMore() throws {
    let learner = learn(steps: 8)
    #expect(learner.observations == 4 * 2)
    let budgets = try #require(learner.budgets(blocks: 2, sparsity: 0.6))
    for heads in budgets.budgets {
      #expect(heads[1] > 1.2 * heads[0], "\(heads)")
      #expect(abs(heads.reduce(0, +) / 2 - 0.4) < 0.01)
    }
    let errors = try #require(learner.relativeErrors(block: 0, sparsity: 0.6))
    #expect(errors.budgeted < errors.even && errors.budgeted > 0)
    #expect(learner.budgets(blocks: 3, sparsity: 0.6) == nil, "a block that was never seen")
    var twice = learner
    twice.merge(learner)
    #expect(twice.observations == 16)
    #expect(twice.budgets(blocks: 2, sparsity: 0.6) == budgets)
  }

  /// Two heads whose curves are straight: all that is free goes to the steeper one.
  @Test func givesToTheHeadThatGainsMost() {
    let steep = AttentionBudgetLearner.shares.map { 10 * (1 - $0) }
    let flat = AttentionBudgetLearner.shares.map { 1 - $0 }
    let shares = AttentionBudgetLearner.allocate([flat, steep], mean: 0.5)
    #expect(abs(shares[0] - 0.2) < 1e-9 && abs(shares[1] - 0.8) < 1e-9, "\(shares)")
    #expect(AttentionBudgetLearner.error(steep, at: 1) == 0)
    #expect(abs(AttentionBudgetLearner.error(steep, at: 0.45) - 5.5) < 1e-9)
  }
}
