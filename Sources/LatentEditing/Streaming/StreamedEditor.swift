package import Schedulers
import Tensors

/// Runs an edit plan on a canvas that is kept in a store: what `LatentEditor` does, to the bit, a row of windows at
/// a time.
///
///     var editor = try StreamedEditor(plan: plan, store: store, progress: progress, denoiser: model, prompts: [prompt])
///     while let band = try editor.next() { show(band) }
///     let result = try store.read(.latents(before: plan.steps), rows: rows)
///
/// In memory there are the rows that one row of windows covers. In the store there is the source, which the caller
/// puts there, and two sides each of the latents and of what the sampler remembers: with 16 channels in 32 bits for
/// 64 pixels, each is a byte a pixel. A run that was broken off goes on from the progress recorded last and ends
/// with the same bytes; the windows that reach into the rows not yet done are asked again.
package struct StreamedEditor<Model: Denoiser> {
  package let plan: EditPlan
  package let schedule: NoiseSchedule
  package private(set) var progress: StreamProgress

  private var predictor: WindowPredictor<Model>
  private let store: any LatentStore
  private let cancellation: CancellationFlag
  private let rows: [WindowRow]
  /// The row of windows to ask next; behind `progress.windowRows` where an interrupted step is taken up.
  private var row = 0
  /// Predictions so far of the rows that the next row of windows reaches into too, and their weights.
  private var carried: (sum: Tensor, weight: Tensor)?
  /// Tensors that the sampler remembers after the step that runs.
  private var newHistory = 0

  /// - Parameters:
  ///   - plan: its source is the one in the store; no change map, no canvas that wraps.
  ///   - progress: what the store recorded last.
  ///   - prompts: what `EditWindow.prompt` counts in.
  package init(
    plan: EditPlan, store: any LatentStore, progress: StreamProgress, denoiser: Model,
    prompts: [PromptPair<Model.Conditioning>], cancellation: CancellationFlag = CancellationFlag()
  ) throws {
    try plan.validate(
      latentChannels: denoiser.latentChannels, patch: denoiser.patch, prompts: prompts.count,
      sourceIsStored: true)
    self.plan = plan
    self.store = store
    self.progress = progress
    self.cancellation = cancellation
    schedule = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength).schedule
    predictor = WindowPredictor(plan: plan, prompts: prompts, denoiser: denoiser)
    rows = try WindowRow.rows(of: plan)
    guard (0...schedule.steps).contains(progress.steps), (0..<rows.count).contains(progress.windowRows) else {
      throw EditingError.plan(
        field: "progress", found: "\(progress.steps) steps and \(progress.windowRows) rows of windows",
        expected: "at most \(schedule.steps) steps, and fewer than \(rows.count) rows")
    }
    let firstOpen = rows[progress.windowRows].rows.lowerBound
    row = rows.firstIndex { $0.rows.upperBound > firstOpen } ?? 0
  }

  /// The model, with what it learned on the way.
  package var denoiser: Model { predictor.denoiser }

  /// Takes the next row of windows through the step that runs, or answers nil when all steps have been taken.
  ///
  /// - Throws: `CancellationError`, `EditingError`, `SchedulerError`, or what the denoiser or the store throws.
  package mutating func next() throws -> StreamedBand? {
    while progress.steps < schedule.steps {
      let step = progress.steps
      let (prediction, range) = try predictNextRow(at: step)
      // Rows from before the interruption are in the store already.
      if row - 1 < progress.windowRows { continue }
      try advance(prediction, rows: range, at: step)
      progress.windowRows = row
      let band = StreamedBand(
        step: step, steps: schedule.steps, windowRows: row, windowRowCount: rows.count, rows: range,
        prediction: prediction)
      if band.endsStep {
        progress.steps += 1
        progress.windowRows = 0
        progress.history = newHistory
        row = 0
      }
      try store.record(progress)
      return band
    }
    return nil
  }

  /// The clean latents of the rows that no later window reaches into.
  private mutating func predictNextRow(at index: Int) throws -> (prediction: Tensor, rows: Range<Int>) {
    let sigma = schedule.sigmas[index]
    let step = DenoiserStep(
      index: index, count: schedule.steps, sigma: sigma, timestep: schedule.timesteps[index],
      sparsity: plan.sparsity, cancellation: cancellation)
    let range = rows[row].rows
    let band = Canvas(channels: plan.canvas.channels, height: range.count, width: plan.canvas.width)
    let noisy = try latents(rows: range, before: index)
    let source = plan.lowBand == nil ? nil : try store.read(.source, rows: range)

    var sum = Tensor(zeros: band.shape)
    var weight = Tensor(zeros: [1, band.height, band.width])
    if let carried {
      let place = CellRect(x: 0, y: 0, width: band.width, height: carried.sum.shape[1])
      let ones = [Float](repeating: 1, count: place.width * place.height)
      sum.add(carried.sum, weights: ones, at: place, of: band)
      weight.add(carried.weight.values, at: place, of: band)
    }
    for window in rows[row].windows {
      try cancellation.check()
      guard
        let piece = WindowPiece(
          index: window, window: plan.windows[window], roll: (0, 0), plan: plan, sigma: sigma)
      else { continue }
      let place = piece.rect.offset(x: 0, y: -range.lowerBound)
      let weights = plan.windows[window].cellWeights()
      sum.add(
        try predictor.prediction(
          of: piece, noisy: noisy.cut(place, from: band), source: source?.cut(place, from: band), at: step,
          cost: &progress.cost), weights: weights, at: place, of: band)
      weight.add(weights, at: place, of: band)
    }

    row += 1
    let end = row < rows.count ? rows[row].rows.lowerBound : plan.canvas.height
    let done = CellRect(x: 0, y: 0, width: band.width, height: end - range.lowerBound)
    let left = CellRect(x: 0, y: done.height, width: band.width, height: range.upperBound - end)
    let plane = Canvas(channels: 1, height: band.height, width: band.width)
    carried =
      left.height > 0
      ? (sum.cut(left, from: band), weight.cut(left, from: plane)) : nil
    var prediction = sum.cut(done, from: band)
    prediction.divide(by: weight.cut(done, from: plane), orElse: nil)
    return (prediction, range.lowerBound..<end)
  }

  /// Takes finished rows to the next noise level.
  private mutating func advance(_ prediction: Tensor, rows: Range<Int>, at index: Int) throws {
    var latents = try latents(rows: rows, before: index)
    // Samplers work on each cell alone, so a part of the canvas is as good as the whole.
    var scheduler = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength)
    let history = try (0..<progress.history).map {
      try store.read(.history($0, before: index), rows: rows)
    }
    try scheduler.resume(after: index, history: history)
    let noise =
      scheduler.drawsNoise(at: index)
      ? try plan.noise.freshNoise(at: index, for: plan.canvas, rows: rows) : nil
    try scheduler.advance(&latents, prediction: prediction, at: index, noise: noise)
    guard latents.isFinite else { throw EditingError.notFinite(step: index) }
    try store.write(latents, to: .latents(before: index + 1), at: rows.lowerBound)
    for (number, tensor) in scheduler.history.enumerated() {
      try store.write(tensor, to: .history(number, before: index + 1), at: rows.lowerBound)
    }
    newHistory = scheduler.history.count
  }

  /// Noisy latents as the step finds them; those of the first step are made of source and noise when asked for.
  private func latents(rows: Range<Int>, before index: Int) throws -> Tensor {
    guard index == 0 else { return try store.read(.latents(before: index), rows: rows) }
    var latents = try plan.noise.initialNoise(for: plan.canvas, rows: rows)
    let sigma = schedule.sigmas[0]
    latents.scale(by: sigma, adding: try store.read(.source, rows: rows), times: 1 - sigma)
    return latents
  }
}
