package import Tensors

/// UniPC: a multistep predictor whose result each following evaluation corrects (arXiv 2302.04867).
///
/// In data-prediction form with B(h) after the configuration. Follows `UniPCMultistepScheduler` of diffusers
/// with flow sigmas, but for one case: a step that ends at noise level 0 is always of order 1, where a higher
/// order would divide by infinity.
package struct UniPC: Scheduler {
  package let schedule: NoiseSchedule
  let configuration: SchedulerConfiguration
  /// Predictions of earlier steps, the latest last; at most as many as the order.
  private(set) var predictions: [Tensor] = []
  /// The latents that the last step started from, after correction.
  private(set) var lastLatents: Tensor?
  /// Order of the last step.
  private(set) var lastOrder = 0
  private(set) var stepsTaken = 0

  init(schedule: NoiseSchedule, configuration: SchedulerConfiguration) {
    self.schedule = schedule
    self.configuration = configuration
  }

  package func drawsNoise(at index: Int) -> Bool { false }

  package mutating func advance(
    _ latents: inout Tensor, prediction: Tensor, at index: Int, noise: Tensor?
  ) throws {
    try schedule.check(index, latents, prediction)
    guard index == stepsTaken else {
      throw SchedulerError.noSuchStep(index: index, count: schedule.steps)
    }
    if let lastLatents, !configuration.disabledCorrectors.contains(index - 1) {
      latents = corrected(from: lastLatents, prediction: prediction, at: index)
    }
    predictions.append(prediction)
    if predictions.count > configuration.solverOrder { predictions.removeFirst() }

    lastLatents = latents
    lastOrder = order(at: index)
    predict(&latents, order: lastOrder, at: index)
    stepsTaken += 1
  }

  /// The order of a step: limited by the predictions there are, and by the steps that are left.
  private func order(at index: Int) -> Int {
    if schedule.sigmas[index + 1] == 0 { return 1 }
    let warm = min(configuration.solverOrder, index + 1)
    return configuration.lowerOrderFinal ? min(warm, schedule.steps - index) : warm
  }

  /// The predictions, oldest first, and then the corrected latents of the last step.
  package var history: [Tensor] { predictions + (lastLatents.map { [$0] } ?? []) }

  package mutating func resume(after steps: Int, history: [Tensor]) throws {
    guard (0...schedule.steps).contains(steps) else {
      throw SchedulerError.noSuchStep(index: steps, count: schedule.steps)
    }
    let expected = steps == 0 ? 0 : min(configuration.solverOrder, steps) + 1
    guard history.count == expected else {
      throw SchedulerError.history(expected: expected, found: history.count)
    }
    if let first = history.first, let other = history.first(where: { $0.shape != first.shape }) {
      throw SchedulerError.shape(name: "a remembered tensor", expected: first.shape, found: other.shape)
    }
    predictions = Array(history.dropLast())
    lastLatents = history.last
    lastOrder = steps == 0 ? 0 : order(at: steps - 1)
    stepsTaken = steps
  }

  /// Where the last step should have arrived, now that the model has been asked there.
  private func corrected(from start: Tensor, prediction: Tensor, at index: Int) -> Tensor {
    let update = UniPCUpdate(
      sigmas: schedule.sigmas, from: index - 1, to: index, order: lastOrder, type: configuration.solverType)
    let weights = update.correctorWeights()
    var result = start
    let latest = predictions.count - 1
    // Every difference is to the latest prediction: its own factor collects what they subtract.
    var own = update.dataFactor
    var terms: [(Tensor, Float)] = []
    for (order, weight) in weights.history.enumerated() {
      terms.append((predictions[latest - 1 - order], weight))
      own -= weight
    }
    terms.append((prediction, weights.current))
    own -= weights.current
    result.scale(by: update.latentFactor, adding: predictions[latest], times: own)
    for (tensor, weight) in terms { result.scale(by: 1, adding: tensor, times: weight) }
    return result
  }

  private func predict(_ latents: inout Tensor, order: Int, at index: Int) {
    let update = UniPCUpdate(
      sigmas: schedule.sigmas, from: index, to: index + 1, order: order, type: configuration.solverType)
    let weights = update.predictorWeights()
    let latest = predictions.count - 1
    let own = weights.reduce(update.dataFactor, -)
    latents.scale(by: update.latentFactor, adding: predictions[latest], times: own)
    for (order, weight) in weights.enumerated() {
      latents.scale(by: 1, adding: predictions[latest - 1 - order], times: weight)
    }
  }
}
