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
  /// (channels, height, width); noisy until the last step, then the result.
  package private(set) var latents: Tensor
  package private(set) var stepsTaken = 0
  /// Cost of all steps taken.
  package private(set) var cost = DenoiserCost()

  private var predictor: WindowPredictor<Model>
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
    predictor = WindowPredictor(plan: plan, prompts: prompts, denoiser: denoiser)
    self.cancellation = cancellation
    scheduler = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength)
    latents = try plan.noise.initialNoise(for: plan.canvas)
    if let source = plan.source {
      let sigma = scheduler.schedule.sigmas[0]
      latents.scale(by: sigma, adding: source, times: 1 - sigma)
    }
  }

  /// The model, with what it learned on the way.
  package var denoiser: Model { predictor.denoiser }

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
      sparsity: plan.sparsity, reuse: plan.reuse, cancellation: cancellation)

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
    // By single cells the borders of the patches move too, and leave no grid. A change map is in whole patches.
    let unit = plan.changeMap == nil ? 1 : denoiser.patch
    let roll =
      plan.rollsEachStep ? plan.noise.roll(at: step.index, canvas: canvas, unit: unit) : (x: 0, y: 0)
    let pieces = plan.windows.enumerated().compactMap { index, window in
      WindowPiece(index: index, window: window, roll: roll, plan: plan, sigma: step.sigma)
    }
    var cost = DenoiserCost()
    if pieces.count == 1, pieces[0].rect == canvas.bounds, plan.windows.count == 1 {
      return (try prediction(of: pieces[0], at: step, cost: &cost), cost)
    }

    var sum = Tensor(zeros: canvas.shape)
    var weight = Tensor(zeros: [1, canvas.height, canvas.width])
    for piece in pieces {
      let weights = plan.windows[piece.index].cellWeights()
      sum.add(
        try prediction(of: piece, at: step, cost: &cost), weights: weights, at: piece.rect, of: canvas)
      weight.add(weights, at: piece.rect, of: canvas)
    }
    sum.divide(by: weight, orElse: plan.source)
    return (sum, cost)
  }

  private mutating func prediction(
    of piece: WindowPiece, at step: DenoiserStep, cost: inout DenoiserCost
  ) throws -> Tensor {
    let needsSource = plan.lowBand != nil || (step.sigma <= plan.cleanContext && piece.active != nil)
    let source = needsSource ? plan.source?.cut(piece.rect, from: plan.canvas) : nil
    return try predictor.prediction(
      of: piece, noisy: latents.cut(piece.rect, from: plan.canvas), source: source, at: step, cost: &cost)
  }
}
