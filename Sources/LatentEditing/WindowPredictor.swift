import Tensors

/// Asks a denoiser for the clean latents of windows: guided, and held to the source, as a plan says.
struct WindowPredictor<Model: Denoiser> {
  let plan: EditPlan
  let prompts: [PromptPair<Model.Conditioning>]
  private(set) var denoiser: Model

  init(plan: EditPlan, prompts: [PromptPair<Model.Conditioning>], denoiser: Model) {
    self.plan = plan
    self.prompts = prompts
    self.denoiser = denoiser
  }

  /// The clean latents of one window, from one forward over the prompt and, where guidance acts, what it leads
  /// away from.
  ///
  /// - Parameters:
  ///   - noisy: the window's latents at the step's noise level.
  ///   - source: the same part of the picture that is edited; needed where the plan has a low-band anchor, or shows
  ///     it clean in a window that may change only in part.
  mutating func prediction(
    of piece: WindowPiece, noisy: Tensor, source: Tensor?, at step: DenoiserStep, cost: inout DenoiserCost
  ) throws -> Tensor {
    let prompt = prompts[plan.windows[piece.index].prompt]
    var shown = noisy
    if step.sigma <= plan.cleanContext, let active = piece.active, let source {
      shown.restore(source, except: active)
    }
    let latents = shown
    func input(_ conditioning: Model.Conditioning, _ branch: GuidanceBranch)
      -> DenoiserInput<Model.Conditioning>
    {
      DenoiserInput(
        latents: latents, conditioning: conditioning, branch: branch, window: piece.index, rect: piece.rect,
        wrap: plan.canvas.wrap(of: piece.rect), active: piece.active)
    }
    var batch = [input(prompt.positive, .conditional)]
    if plan.guidance.acts(at: step.sigma), let negative = prompt.negative {
      batch.append(input(negative, .unconditional))
    }
    let output = try denoiser.velocities(of: batch, at: step)
    guard output.velocities.count == batch.count,
      output.velocities.allSatisfy({ $0.shape == noisy.shape })
    else {
      throw EditingError.denoiser(
        expected: "\(batch.count) velocities of the inputs' shapes",
        found: "\(output.velocities.map(\.shape))")
    }
    cost += output.cost

    var result = output.velocities[0]
    if output.velocities.count > 1 {
      // u + scale (c - u)
      let scale = plan.guidance.scale
      result.scale(by: scale, adding: output.velocities[1], times: 1 - scale)
    }
    result.scale(by: -step.sigma, adding: noisy, times: 1)
    if output.velocities.count > 1, plan.guidance.rescale > 0 {
      var unguided = output.velocities[0]
      unguided.scale(by: -step.sigma, adding: noisy, times: 1)
      result.rescaleContrast(
        towards: unguided, amount: plan.guidance.rescale, where: piece.active)
    }
    if let lowBand = plan.lowBand, let source { result = lowBand.apply(to: result, source: source) }
    return result
  }
}
