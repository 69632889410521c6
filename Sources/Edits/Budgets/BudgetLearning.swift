import DiffusionTransformers
package import Layers
package import LatentEditing
import Tensors
package import Models

/// Learns a model's attention budgets from dense runs of it.
package struct BudgetLearning: Sendable {
  /// What the runs draw where no prompts are given: flat and busy, near and far.
  package static let prompts = [
    "weathered oak planks", "a mountain lake under a cloudy sky", "a brick house with white windows",
    "mossy cobblestones after rain", "a field of yellow flowers in front of a forest", "cracked dry earth",
  ]

  package var prompts = Self.prompts
  /// Side of the pictures in pixels.
  package var side = 1024
  /// Steps of each run; nil is the model's.
  package var steps: Int?
  package var seed: UInt64 = 42
  /// What the budgets are best for.
  package var sparsity = 0.7

  package init() {}

  /// What was learned: the budgets, and for each block the relative error of its attention at that sparsity, with the
  /// same share for every head and with budgets.
  package struct Outcome: Sendable {
    package let budgets: AttentionBudgets
    package let errors: [(even: Double, budgeted: Double)]

    /// Writes the budgets where `--sparsity` will find them. Throws `PipelineError`.
    package func save(to path: String) throws {
      do {
        try budgets.save(to: path)
      } catch {
        throw PipelineError(
          .failed, "\(path): cannot be written (\(error)); name another place with --output.")
      }
    }
  }

  /// Draws every prompt in one window, attention dense. `progress` is told of each step of all runs.
  ///
  /// - Throws: `PipelineError` for a size that the model cannot draw, `CancellationError`, and what edits throw.
  package func run(
    _ model: Model, cancellation: CancellationFlag, progress: (Int, _ of: Int) -> Void
  ) throws -> Outcome {
    let size = try model.size(width: side, height: side)
    let canvas = Canvas(
      channels: model.codec.latentChannels, height: size.height / model.codec.scale,
      width: size.width / model.codec.scale)
    let blocks = model.transformer.configuration.blockCount
    var learner = AttentionBudgetLearner()
    let steps = steps ?? model.defaults.sampling.steps ?? 30
    for (index, prompt) in prompts.enumerated() {
      var plan = EditPlan(
        canvas: canvas, scheduler: model.scheduler, steps: steps, seed: seed &+ UInt64(index))
      plan.guidance = Guidance(
        scale: model.defaults.sampling.cfgScale ?? 1, rescale: model.defaults.sampling.guidanceRescale ?? 0)
      let prepared = try model.condition(on: [prompt, ""], cancellation: cancellation).map(\.conditioning)
      let pair = PromptPair(positive: prepared[0], negative: plan.guidance.scale > 1 ? prepared[1] : nil)
      try MemoryLimit(asked: model.memoryLimit).check(
        RunEstimate(plan, [pair], model, pixels: size.width * size.height).bytes,
        for: "\(size.width) x \(size.height) pixels",
        advice: "make --size smaller, or allow more with --max-memory")
      var editor = try LatentEditor(
        plan: plan, denoiser: HiDreamDenoiser(model, learner: AttentionBudgetLearner()), prompts: [pair],
        cancellation: cancellation)
      while let step = try editor.next() {
        progress(index * step.count + step.index + 1, prompts.count * step.count)
      }
      if let learned = editor.denoiser.learned { learner.merge(learned) }
    }
    guard let budgets = learner.budgets(blocks: blocks, sparsity: sparsity) else {
      throw PipelineError(
        .badData, "model '\(model.name)': \(steps) steps are too few to learn from; expected 4 or more.")
    }
    return Outcome(
      budgets: budgets,
      errors: (0..<blocks).map { learner.relativeErrors(block: $0, sparsity: sparsity) ?? (0, 0) })
  }
}
