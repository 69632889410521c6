import DiffusionTransformers
package import Images
package import LatentEditing
import Schedulers
package import Tensors
package import Models

/// Runs edits on an opened model: what every verb has in common between its pictures and its plan.
package struct EditSession {
  package let model: Model
  package let cancellation: CancellationFlag
  package let observe: (EditEvent) -> Void
  /// Seconds from which a run's length is told beforehand.
  private static let longRun = 20.0

  /// Wall seconds by stage so far.
  package private(set) var seconds: [EditEvent.Stage: Double] = [:]

  /// What the colours of several edits are held to, if they share one.
  let colorHold: ColorHold?

  package init(
    model: Model, cancellation: CancellationFlag, colorHold: ColorHold? = nil,
    observe: @escaping (EditEvent) -> Void
  ) {
    self.model = model
    self.cancellation = cancellation
    self.colorHold = colorHold
    self.observe = observe
  }

  /// `seed`, or one drawn at random and announced when it is negative.
  func drawn(_ seed: Int64) -> Int64 {
    guard seed < 0 else { return seed }
    let drawn = Int64.random(in: 0..<1 << 32)
    observe(.notice("seed \(drawn)"))
    return drawn
  }

  /// How an edit was made, for the picture's metadata.
  func recipe(_ request: any EditRequest, width: Int, height: Int) -> Recipe {
    Recipe(of: request, model: ModelName(model), width: width, height: height)
  }

  /// Tells the model's files apart.
  var modelFiles: String {
    get throws { try ModelFiles.description(of: model.source) }
  }

  /// What a run made, and of what plan.
  package struct Outcome: Sendable {
    /// After the last step; empty where the canvas was streamed.
    package let latents: Tensor
    package let cost: DenoiserCost
    /// What the request and the model made of the settings; the windows as they were asked for.
    package let sampling: SamplingSettings

    init(
      of plan: EditPlan, asked: SamplingSettings, latents: Tensor = Tensor(uninitialized: [0]),
      cost: DenoiserCost = DenoiserCost()
    ) {
      self.latents = latents
      self.cost = cost
      var sampling = asked
      sampling.steps = plan.steps
      sampling.cfgScale = plan.guidance.scale
      sampling.guidanceRescale = plan.guidance.rescale
      sampling.cleanContext = plan.cleanContext
      sampling.samplingMethod = plan.scheduler.method
      sampling.flowShift = plan.scheduler.shift
      sampling.sparsity = plan.sparsity
      sampling.reuse = cost.computedTokens < cost.tokens ? plan.reuse : 1
      self.sampling = sampling
    }
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
  ///   - regionalPrompts: parts of the canvas with prompts of their own; the rest is the settings' prompt's.
  package mutating func denoise(
    _ settings: DiffusionSettings, canvas: Canvas, source: (latents: Tensor, changeMap: Mask)? = nil,
    strength: Float = 1, regionalPrompts: [RegionalPrompt] = []
  ) throws -> Outcome {
    var plan = plan(
      settings, canvas: canvas, isEdit: source != nil,
      hasRegions: !regionalPrompts.isEmpty)
    plan.windows = try WindowLayout(
      sampling: settings.sampling, model: model, width: canvas.width * model.codec.scale,
      height: canvas.height * model.codec.scale
    ).windows(of: canvas, model: model)
    let regions = try PromptRegions(regionalPrompts, canvas: canvas)
    plan.windows = regions.divide(plan.windows)
    plan.strength = strength
    plan.rollsEachStep = canvas.wrap != .none
    plan.source = source?.latents
    plan.changeMap = source?.changeMap

    let prompts = try prompts(
      [settings.prompt] + regionalPrompts.map(\.prompt), settings, for: plan, rows: canvas.height)
    return try stage(.denoising) { session in
      var editor = try LatentEditor(
        plan: plan, denoiser: HiDreamDenoiser(session.model), prompts: prompts,
        cancellation: session.cancellation)
      while let step = try editor.next() {
        session.observe(.step(step.index + 1, of: step.count, prediction: step.prediction))
      }
      if settings.sampling.sparsity ?? 0 > 0, editor.cost.skippedScoreBlocks == 0,
        let reason = editor.denoiser.denseReason
      {
        session.observe(.notice("attention was dense: \(reason)"))
      }
      if settings.sampling.reuse ?? 0 > 1, editor.cost.computedTokens == editor.cost.tokens,
        let reason = editor.denoiser.reuse.fullReason
      {
        session.observe(.notice("all tokens were computed at every step: \(reason.rawValue)"))
      }
      return Outcome(of: plan, asked: settings.sampling, latents: editor.latents, cost: editor.cost)
    }
  }

  /// Guidance in a region that is held to its surroundings. In 24 held-out crops 4 came to 1.2 times its texture distance;
  /// 1.5 came nearer by 5 to 8 %, with a Poisson seam, but the prompt is to count.
  static let guidanceBesideContext: Float = 2

  /// A plan with what the settings say, and what the model does where they say nothing; one window, no source.
  ///
  /// - Parameters:
  ///   - isEdit: whether there will be a source, which asks for less guidance: it says much of what is meant.
  ///   - hasRegions: whether parts have prompts of their own.
  func plan(_ settings: DiffusionSettings, canvas: Canvas, isEdit: Bool, hasRegions: Bool = false) -> EditPlan
  {
    let asked = settings.sampling
    let sampling = asked.filled(from: model.defaults.sampling)
    var scheduler = settings.scheduler ?? model.scheduler
    if let method = sampling.samplingMethod { scheduler.method = method }
    if let shift = sampling.flowShift { scheduler.shift = shift }
    var plan = EditPlan(
      canvas: canvas, scheduler: scheduler, steps: sampling.steps ?? 30, seed: settings.seed)
    plan.guidance = Guidance(
      scale: (isEdit ? asked.cfgScale ?? model.defaults.editGuidance : sampling.cfgScale) ?? 1,
      rescale: sampling.guidanceRescale ?? 0)
    // Without words only the surroundings say what belongs in a hole.
    let isWordless = settings.prompt.isEmpty && !hasRegions
    let cleanContext = model.defaults.sampling.cleanContext ?? 0
    plan.cleanContext = asked.cleanContext ?? (isWordless && cleanContext > 0 ? 1 : cleanContext)
    // Where the surroundings lead all the way, words that are pushed harder draw what does not go with them.
    if asked.cfgScale == nil, isEdit, plan.cleanContext == 1 {
      plan.guidance.scale = min(plan.guidance.scale, Self.guidanceBesideContext)
    }
    plan.sparsity = sampling.sparsity ?? 0
    plan.reuse = max(1, sampling.reuse ?? 1)
    if let noise = settings.noise {
      plan.noise = NoiseField(seed: settings.seed, initial: noise.initial, fresh: noise.fresh)
    }
    return plan
  }

  /// A plan's prompts, made ready for all of its steps.
  ///
  /// - Parameter rows: of the canvas that are held in memory at a time.
  /// - Throws: what says that the run does not fit the memory, before anything of it was done.
  package mutating func prompts(
    _ texts: [String], _ settings: DiffusionSettings, for plan: EditPlan, rows: Int
  ) throws -> [PromptPair<HiDreamDenoiser.Conditioning>] {
    let timesteps = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength).schedule
      .timesteps
    let prompts = try stage(.encodingPrompt) { session in
      let transformer = session.model.transformer
      return try session.encode(texts, settings, guidance: plan.guidance)
        .map { $0.map { transformer.prepare($0, for: timesteps) } }
    }
    let scale = model.codec.scale
    let width = plan.canvas.width * scale
    let estimate = RunEstimate(plan, prompts, model, pixels: width * rows * scale)
    try MemoryLimit(asked: model.memoryLimit).check(
      estimate.bytes, for: "\(width) x \(plan.canvas.height * scale) pixels",
      advice: "make the picture or --window smaller, " + (plan.reuse > 1 ? "say --reuse 1, " : "")
        + "or allow more with --max-memory")
    if estimate.seconds > Self.longRun {
      observe(.notice(estimate.sentence(steps: plan.steps)))
    }
    return prompts
  }

  /// Prompts and the negative one, encoded together so that large encoders are loaded once.
  ///
  /// A prompt that is the negative one leads nowhere from itself: it goes without, and is computed once.
  private func encode(
    _ texts: [String], _ settings: DiffusionSettings, guidance: Guidance
  ) throws -> [PromptPair<HiDreamDenoiser.Conditioning>] {
    let isGuided = guidance.scale > 1 && texts.contains { $0 != settings.negativePrompt }
    let all = try model.condition(
      on: texts + (isGuided ? [settings.negativePrompt] : []), cancellation: cancellation)
    let positive = all.prefix(texts.count)
    for note in positive.flatMap(\.notes) { observe(.notice(note)) }
    guard isGuided, let negative = all.last else {
      if !settings.negativePrompt.isEmpty {
        let reason =
          guidance.scale > 1
          ? "it is the prompt"
          : model.isDistilled
            ? "this model is distilled and runs without guidance"
            : "guidance is off (--cfg-scale \(guidance.scale))"
        observe(.notice("the negative prompt has no effect: \(reason)"))
      }
      return positive.map { PromptPair(positive: $0.conditioning) }
    }
    if model.isDistilled {
      observe(
        .notice(
          "this model is distilled to run without guidance; --cfg-scale \(guidance.scale) doubles the work"))
    }
    for note in negative.notes { observe(.notice("negative prompt: \(note)")) }
    return zip(texts, positive).map { text, prompt in
      PromptPair(
        positive: prompt.conditioning,
        negative: text == settings.negativePrompt ? nil : negative.conditioning)
    }
  }
}
