import Images
package import Schedulers
package import Tensors

/// Runs an edit plan step by step.
///
///     var editor = try LatentEditor(plan: plan, denoiser: model, prompts: [prompt])
///     while let step = try editor.next() { show(step) }
///     let result = editor.latents
///
/// The caller's loop is the edit's: leaving it stops the edit, showing `step` is its progress and its preview.
/// The editor knows no file, no picture and no verb.
package struct LatentEditor<Model: Denoiser> {
  package let plan: EditPlan
  package private(set) var denoiser: Model
  /// (channels, height, width); noisy until the last step, then the result.
  package private(set) var latents: Tensor
  package private(set) var stepsTaken = 0
  /// Cost of all steps taken.
  package private(set) var cost = DenoiserCost()

  private let prompts: [PromptPair<Model.Conditioning>]
  private let cancellation: CancellationFlag
  private var scheduler: any Scheduler

  /// - Parameter prompts: what `EditWindow.prompt` counts in.
  package init(
    plan: EditPlan, denoiser: Model, prompts: [PromptPair<Model.Conditioning>],
    cancellation: CancellationFlag = CancellationFlag()
  ) throws {
    try plan.validate(
      latentChannels: denoiser.latentChannels, patch: denoiser.patch, prompts: prompts.count)
    self.plan = plan
    self.denoiser = denoiser
    self.prompts = prompts
    self.cancellation = cancellation
    scheduler = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength)
    latents = try plan.noise.initialNoise(for: plan.canvas)
    if let source = plan.source {
      let sigma = scheduler.schedule.sigmas[0]
      latents.scale(by: sigma, adding: source, times: 1 - sigma)
    }
  }

  /// Where the run stands; an editor made with the same plan and this state ends with the same bytes.
  package var state: EditState {
    EditState(stepsTaken: stepsTaken, latents: latents, history: scheduler.history, cost: cost)
  }

  /// Goes on where an interrupted run of the same plan stood.
  package mutating func resume(from state: EditState) throws {
    guard state.latents.shape == plan.canvas.shape else {
      throw EditingError.shape(
        name: "the interrupted run's latents", expected: plan.canvas.shape, found: state.latents.shape)
    }
    if let other = state.history.first(where: { $0.shape != plan.canvas.shape }) {
      throw EditingError.shape(
        name: "the interrupted run's history", expected: plan.canvas.shape, found: other.shape)
    }
    var scheduler = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength)
    try scheduler.resume(after: state.stepsTaken, history: state.history)
    self.scheduler = scheduler
    latents = state.latents
    stepsTaken = state.stepsTaken
    cost = state.cost
  }

  /// The noise levels the run goes through.
  package var schedule: NoiseSchedule { scheduler.schedule }

  /// Takes one step, or answers nil when all have been taken.
  ///
  /// - Throws: `CancellationError`, `EditingError`, `SchedulerError`, or what the denoiser throws.
  package mutating func next() throws -> EditStep? {
    let schedule = scheduler.schedule
    guard stepsTaken < schedule.steps else { return nil }
    try cancellation.check()
    let index = stepsTaken
    let sigma = schedule.sigmas[index]
    let step = DenoiserStep(
      index: index, count: schedule.steps, sigma: sigma, timestep: schedule.timesteps[index],
      sparsity: plan.sparsity, cancellation: cancellation)

    var (prediction, stepCost) = try predict(at: step)
    if let source = plan.source, let changeMap = plan.changeMap {
      prediction.restore(source, where: changeMap, isBelow: sigma)
    }
    let noise =
      scheduler.drawsNoise(at: index) ? try plan.noise.freshNoise(at: index, for: plan.canvas) : nil
    try scheduler.advance(&latents, prediction: prediction, at: index, noise: noise)
    guard latents.isFinite else { throw EditingError.notFinite(step: index) }
    stepsTaken += 1
    cost += stepCost
    return EditStep(
      index: index, count: schedule.steps, sigma: sigma, nextSigma: schedule.sigmas[index + 1],
      prediction: prediction, cost: stepCost)
  }

  /// The clean latents of the whole canvas, averaged over the windows; the source's where no window acts.
  private mutating func predict(at step: DenoiserStep) throws -> (Tensor, DenoiserCost) {
    let canvas = plan.canvas
    let roll =
      plan.rollsEachStep
      ? plan.noise.roll(at: step.index, canvas: canvas, patch: denoiser.patch) : (x: 0, y: 0)
    let pieces = plan.windows.enumerated().compactMap { index, window in
      WindowPiece(index: index, window: window, roll: roll, plan: plan, sigma: step.sigma)
    }
    var cost = DenoiserCost()
    if pieces.count == 1, pieces[0].rect == canvas.bounds, plan.windows.count == 1 {
      return (try predictions(of: pieces, at: step, cost: &cost)[0], cost)
    }

    var sum = Tensor(zeros: canvas.shape)
    var weight = Tensor(zeros: [1, canvas.height, canvas.width])
    let flat = Canvas(channels: 1, height: canvas.height, width: canvas.width, wrap: canvas.wrap)
    for start in stride(from: 0, to: pieces.count, by: plan.windowsPerForward) {
      let batch = Array(pieces[start..<min(start + plan.windowsPerForward, pieces.count)])
      for (piece, prediction) in zip(batch, try predictions(of: batch, at: step, cost: &cost)) {
        let weights = plan.windows[piece.index].cellWeights()
        let ones = Tensor(
          [Float](repeating: 1, count: weights.count), shape: [1, piece.rect.height, piece.rect.width])
        sum.add(prediction, weights: weights, at: piece.rect, of: canvas)
        weight.add(ones, weights: weights, at: piece.rect, of: flat)
      }
    }
    sum.divide(by: weight, orElse: plan.source)
    return (sum, cost)
  }

  /// The clean latents of each window: one forward, guided if guidance acts at this noise level.
  private mutating func predictions(
    of pieces: [WindowPiece], at step: DenoiserStep, cost: inout DenoiserCost
  ) throws -> [Tensor] {
    let canvas = plan.canvas
    let isGuided = plan.guidance.acts(at: step.sigma)
    var batch: [DenoiserInput<Model.Conditioning>] = []
    for piece in pieces {
      let prompt = prompts[plan.windows[piece.index].prompt]
      let view = latents.cut(piece.rect, from: canvas)
      func input(_ conditioning: Model.Conditioning, _ branch: GuidanceBranch) {
        batch.append(
          DenoiserInput(
            latents: view, conditioning: conditioning, branch: branch, window: piece.index,
            rect: piece.rect, wrap: canvas.wrap(of: piece.rect), active: piece.active))
      }
      input(prompt.positive, .conditional)
      if isGuided, let negative = prompt.negative { input(negative, .unconditional) }
    }
    let output = try denoiser.velocities(of: batch, at: step)
    guard output.velocities.count == batch.count,
      zip(output.velocities, batch).allSatisfy({ $0.shape == $1.latents.shape })
    else {
      throw EditingError.denoiser(
        expected: "\(batch.count) velocities of the inputs' shapes",
        found: "\(output.velocities.map(\.shape))")
    }
    cost += output.cost

    var results: [Tensor] = []
    var conditional: [Int: Tensor] = [:]
    for (input, velocity) in zip(batch, output.velocities) {
      switch input.branch {
      case .conditional:
        results.append(velocity)
      case .unconditional:
        // u + scale (c - u)
        let scale = plan.guidance.scale
        if plan.guidance.rescale > 0 { conditional[results.count - 1] = results[results.count - 1] }
        results[results.count - 1].scale(by: scale, adding: velocity, times: 1 - scale)
      }
    }
    for index in pieces.indices {
      let rect = pieces[index].rect
      let noisy = latents.cut(rect, from: canvas)
      results[index].scale(by: -step.sigma, adding: noisy, times: 1)
      if var unguided = conditional[index] {
        unguided.scale(by: -step.sigma, adding: noisy, times: 1)
        results[index].rescaleContrast(towards: unguided, amount: plan.guidance.rescale)
      }
      if let lowBand = plan.lowBand, let source = plan.source {
        results[index] = lowBand.apply(to: results[index], source: source.cut(rect, from: canvas))
      }
    }
    return results
  }
}
