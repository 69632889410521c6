package import Images
package import LatentEditing
package import Schedulers
package import Tensors

/// Runs edits on an opened model: what every verb has in common between its pictures and its plan.
package struct EditSession {
  package let model: Model
  package let cancellation: CancellationFlag
  package let observe: (EditEvent) -> Void
  /// Wall seconds by stage so far.
  package private(set) var seconds: [EditEvent.Stage: Double] = [:]

  package init(model: Model, cancellation: CancellationFlag, observe: @escaping (EditEvent) -> Void) {
    self.model = model
    self.cancellation = cancellation
    self.observe = observe
  }

  /// Latents after the last step.
  package struct Outcome: Sendable {
    package let latents: Tensor
    package let cost: DenoiserCost
    /// What the request and the model made of the settings.
    package let steps: Int
    package let guidance: Float
    package let sampler: SamplingMethod
    package let flowShift: Float
    package let sparsity: Float
    package let guidanceRescale: Float
  }

  /// Does `body` as one stage of the edit: announced, timed, not begun once the edit is cancelled.
  package mutating func stage<R>(_ stage: EditEvent.Stage, _ body: (inout EditSession) throws -> R) throws
    -> R
  {
    try cancellation.check()
    observe(.stage(stage))
    let start = ContinuousClock.now
    defer { seconds[stage, default: 0] += (ContinuousClock.now - start) / .seconds(1) }
    return try body(&self)
  }

  /// Denoises a canvas.
  ///
  /// - Parameters:
  ///   - source: latents to edit, and how far each cell may change; nil makes a picture from nothing.
  ///   - strength: noise level the edit starts from.
  package mutating func denoise(
    _ settings: DiffusionSettings, canvas: Canvas, source: (latents: Tensor, changeMap: Mask)? = nil,
    strength: Float = 1
  ) throws -> Outcome {
    var scheduler = settings.scheduler ?? model.scheduler
    if let sampler = settings.sampler { scheduler.method = sampler }
    if let shift = settings.flowShift { scheduler.shift = shift }
    let steps = settings.steps ?? model.defaults.steps
    let guidance = settings.guidance ?? model.defaults.guidance

    var plan = EditPlan(canvas: canvas, scheduler: scheduler, steps: steps, seed: settings.seed)
    plan.windows = try WindowLayout(
      settings: settings, model: model, width: canvas.width * model.codec.scale,
      height: canvas.height * model.codec.scale
    ).windows(of: canvas, model: model)
    plan.guidance = Guidance(
      scale: guidance, rescale: settings.guidanceRescale ?? model.defaults.guidanceRescale)
    plan.sparsity = settings.sparsity ?? model.defaults.sparsity
    plan.strength = strength
    plan.rollsEachStep = canvas.wrap != .none
    plan.source = source?.latents
    plan.changeMap = source?.changeMap
    if let noise = settings.noise {
      plan.noise = NoiseField(seed: settings.seed, initial: noise.initial, fresh: noise.fresh)
    }

    let prompts = try stage(.encodingPrompt) { try $0.prompts(settings, guidance: plan.guidance) }
    return try stage(.denoising) { session in
      var editor = try LatentEditor(
        plan: plan, denoiser: HiDreamDenoiser(session.model), prompts: [prompts],
        cancellation: session.cancellation)
      while let step = try editor.next() {
        session.observe(.step(step.index + 1, of: step.count, prediction: step.prediction))
      }
      if settings.sparsity ?? 0 > 0, editor.cost.skippedScoreBlocks == 0,
        let reason = editor.denoiser.denseReason
      {
        session.observe(.notice("attention was dense: \(reason)"))
      }
      return Outcome(
        latents: editor.latents, cost: editor.cost, steps: steps, guidance: guidance,
        sampler: scheduler.method, flowShift: scheduler.shift, sparsity: plan.sparsity,
        guidanceRescale: plan.guidance.rescale)
    }
  }

  private func prompts(_ settings: DiffusionSettings, guidance: Guidance) throws -> PromptPair<
    HiDreamDenoiser.Conditioning
  > {
    let conditioner = model.conditioner
    let positive = try conditioner.condition(on: settings.prompt)
    for note in positive.notes { observe(.notice(note)) }
    guard guidance.scale > 1 else {
      if !settings.negativePrompt.isEmpty {
        observe(.notice("the negative prompt has no effect: guidance is off (--cfg-scale \(guidance.scale))"))
      }
      return PromptPair(positive: positive.conditioning)
    }
    let negative = try conditioner.condition(on: settings.negativePrompt)
    for note in negative.notes { observe(.notice("negative prompt: \(note)")) }
    return PromptPair(positive: positive.conditioning, negative: negative.conditioning)
  }
}
