import ImageCodecs
import Images
import Edits
import Models
import Tensors

extension Editor {
  /// Makes a picture from a prompt and writes it to `output`.
  @discardableResult
  public func generate(_ request: GenerateRequest, to output: OutputRequest) throws(SparseditError)
    -> EditReport
  {
    try translatingErrors {
      let start = ContinuousClock.now
      var request = request
      request.options.seed = drawnSeed(request.options.seed)
      let inputs = request.options.inputs
      try output.check(protecting: inputs)
      var session = try session(request.options, protecting: inputs)
      let edit = GenerateEdit(
        settings: try request.options.settings(), width: request.width, height: request.height)
      let (made, outcome) = try edit.run(&session)
      let (picture, held) = request.options.held(made)
      var report = EditReport(
        output: output.path, width: picture.width, height: picture.height, seed: request.options.seed,
        steps: outcome.steps, model: model.name)
      try session.stage(.finishing) { _ in
        let recipe = recipe(
          "generate", request.options, outcome, width: picture.width, height: picture.height, options: held)
        report.notices = try output.write(
          Image(generated: picture), recipe: recipe, protecting: inputs)
        try request.options.saveLatents([outcome.latents])
      }
      report.charge(outcome.cost)
      finish(&report, session, since: start)
      return report
    }
  }

  /// Fills in what every report ends with.
  func finish(_ report: inout EditReport, _ session: EditSession, since start: ContinuousClock.Instant) {
    for notice in report.notices { configuration.progress(.notice(notice)) }
    report.seconds = EditReport.Seconds(
      session.seconds, load: loadSeconds, edit: (ContinuousClock.now - start) / .seconds(1))
    report.peakMemoryBytes = ProcessMemory.peak
  }

  /// How the edit was made, for the picture's metadata.
  func recipe(
    _ verb: String, _ options: DiffusionOptions, _ outcome: EditSession.Outcome, width: Int, height: Int,
    options extra: [String: String]
  ) -> Recipe {
    var extra = extra
    extra["flow-shift"] = "\(outcome.flowShift)"
    extra["guidance-rescale"] = "\(outcome.guidanceRescale)"
    extra["sparsity"] = "\(outcome.sparsity)"
    if outcome.reuse > 1 { extra["reuse"] = "\(outcome.reuse)" }
    if let window = options.window { extra["window"] = "\(window)" }
    if let overlap = options.overlap { extra["overlap"] = "\(overlap)" }
    if let noise = options.noiseFile { extra["noise"] = noise.lastPathComponent }
    if let folder = options.scheduleDirectory { extra["schedule-from"] = folder.lastPathComponent }
    // Where the model comes from is said as it was asked for, folders included, like the model itself.
    for (part, path) in configuration.parts { extra[part] = path }
    if let variant = configuration.variant { extra["variant"] = variant.rawValue }
    extra["compute"] = model.compute.rawValue
    let adapters = configuration.adapters
    for (index, adapter) in adapters.enumerated() {
      extra[adapters.count == 1 ? "lora" : "lora.\(index + 1)"] = "\(adapter.path):\(adapter.scale)"
    }
    return Recipe(
      verb: verb, version: Sparsedit.version, model: model.name, prompt: options.prompt,
      negativePrompt: options.negativePrompt, steps: outcome.steps, sampler: outcome.sampler.shortName,
      guidance: outcome.guidance, seed: options.seed, width: width, height: height, options: extra)
  }
}

extension EditReport.Seconds {
  init(_ stages: [EditEvent.Stage: Double], load: Double, edit: Double) {
    self.load = load
    encodePrompt = stages[.encodingPrompt] ?? 0
    encodeImage = stages[.encodingImage] ?? 0
    denoise = stages[.denoising] ?? 0
    decode = stages[.decoding] ?? 0
    finish = stages[.finishing] ?? 0
    total = load + edit
  }
}

extension Image {
  /// A new 8-bit sRGB picture of encoded samples in 0...1.
  init(generated picture: FloatImage) {
    let format = PixelFormat(.uint8, .rgb)
    self.init(
      header: ImageHeader(width: picture.width, height: picture.height, format: format),
      bytes: picture.samples.map { UInt8(min(255, max(0, ($0 * 255).rounded()))) })
  }
}
