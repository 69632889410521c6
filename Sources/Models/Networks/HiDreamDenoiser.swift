package import DiffusionTransformers
package import Layers
package import LatentEditing
import Tensors

/// The HiDream transformer as the editing core asks it: velocities instead of raw outputs.
package struct HiDreamDenoiser: Denoiser {
  package typealias Conditioning = HiDreamPrompt

  private let transformer: HiDreamTransformer
  private let budgets: AttentionBudgets?
  private let learner: AttentionBudgetLearner?
  /// Attention of a run by the window that a forward begins with: chosen blocks belong to a place.
  private var attention: [Int: (rect: CellRect, sparse: SparseAttention)] = [:]
  /// Why attention was dense at the last forward, if it was.
  package private(set) var denseReason: String?
  /// What is kept of tokens that an edit does not touch.
  package private(set) var reuse: TokenReuse

  /// Nothing is kept from step to step: what is kept for thousands of windows would fill the memory, and a run
  /// that was broken off could not go on alike.
  private let forgetsSteps: Bool

  /// - Parameter learner: learns from dense steps how heads should share what sparse ones keep.
  package init(_ model: Model, forgetsSteps: Bool = false, learner: AttentionBudgetLearner? = nil) {
    self.learner = learner
    self.forgetsSteps = forgetsSteps
    transformer = model.transformer
    budgets = model.budgets
    let memory = (model.memoryLimit ?? ProcessMemory.physical) / 3
    reuse = TokenReuse(model.transformer.configuration, memoryLimit: forgetsSteps ? 0 : memory)
  }

  /// What the run taught so far, if it was to.
  package var learned: AttentionBudgetLearner? {
    attention.values.compactMap(\.sparse.learner).reduce(into: learner) { $0?.merge($1) }
  }

  package var latentChannels: Int { transformer.configuration.inChannels }
  package var patch: Int { transformer.configuration.patchSize }

  package mutating func velocities(
    of batch: [DenoiserInput<HiDreamPrompt>], at step: DenoiserStep
  ) throws -> DenoiserOutput {
    guard let first = batch.first else { return DenoiserOutput(velocities: []) }
    var sparse = SparseAttention(sparsity: Double(step.sparsity), budgets: budgets, learner: learner)
    // A window that rolled on lies elsewhere: its blocks are chosen anew.
    if let known = attention[first.window], known.rect == first.rect { sparse = known.sparse }
    sparse.begin(step: step.index, of: step.count)
    let (all, computed) = (sparse.allBlocks, sparse.computedBlocks)
    var memories = reuse.memories(for: batch, at: step)
    let tokens = reuse.count(memories, of: batch)
    let outputs = try transformer(
      batch.map { HiDreamInput(latents: $0.latents, timestep: step.timestep, prompt: $0.conditioning) },
      sparse: &sparse, memories: &memories, isCancelled: { step.cancellation.isCancelled })
    // HiDream predicts x0 - noise; the velocity of a rectified flow is noise - x0.
    var velocities = outputs.map { scale($0, by: -1) }
    reuse.keep(&memories, of: batch, at: step, velocities: &velocities)
    if !forgetsSteps { attention[first.window] = (first.rect, sparse) }
    denseReason = sparse.denseReason?.rawValue
    let cost = DenoiserCost(
      forwards: batch.count, scoreBlocks: sparse.allBlocks - all,
      skippedScoreBlocks: (sparse.allBlocks - all) - (sparse.computedBlocks - computed), tokens: tokens.all,
      computedTokens: tokens.computed)
    return DenoiserOutput(velocities: velocities, cost: cost)
  }
}
