package import DiffusionTransformers
import Layers
package import LatentEditing
import Tensors

/// The HiDream transformer as the editing core asks it: velocities instead of raw outputs.
package struct HiDreamDenoiser: Denoiser {
  package typealias Conditioning = HiDreamPrompt

  private let transformer: HiDreamTransformer
  private let budgets: AttentionBudgets?
  /// Attention of a run by the window that a forward begins with: chosen blocks belong to a place.
  private var attention: [Int: (rect: CellRect, sparse: SparseAttention)] = [:]
  /// Why attention was dense at the last forward, if it was.
  package private(set) var denseReason: String?

  /// Nothing is kept from step to step: what is kept for thousands of windows would fill the memory, and a run
  /// that was broken off could not go on alike.
  private let forgetsSteps: Bool

  package init(_ model: Model, forgetsSteps: Bool = false) {
    transformer = model.transformer
    budgets = model.budgets
    self.forgetsSteps = forgetsSteps
  }

  package var latentChannels: Int { transformer.configuration.inChannels }
  package var patch: Int { transformer.configuration.patchSize }

  package mutating func velocities(
    of batch: [DenoiserInput<HiDreamPrompt>], at step: DenoiserStep
  ) throws -> DenoiserOutput {
    guard let first = batch.first else { return DenoiserOutput(velocities: []) }
    var sparse = SparseAttention(sparsity: Double(step.sparsity), budgets: budgets)
    // A window that rolled on lies elsewhere: its blocks are chosen anew.
    if let known = attention[first.window], known.rect == first.rect { sparse = known.sparse }
    sparse.begin(step: step.index, of: step.count)
    let (all, computed) = (sparse.allBlocks, sparse.computedBlocks)
    let outputs = try transformer(
      batch.map { HiDreamInput(latents: $0.latents, timestep: step.timestep, prompt: $0.conditioning) },
      sparse: &sparse, isCancelled: { step.cancellation.isCancelled })
    if !forgetsSteps { attention[first.window] = (first.rect, sparse) }
    denseReason = sparse.denseReason?.rawValue
    let cost = DenoiserCost(
      forwards: batch.count, scoreBlocks: sparse.allBlocks - all,
      skippedScoreBlocks: (sparse.allBlocks - all) - (sparse.computedBlocks - computed))
    // HiDream predicts x0 - noise; the velocity of a rectified flow is noise - x0.
    return DenoiserOutput(velocities: outputs.map { scale($0, by: -1) }, cost: cost)
  }
}
