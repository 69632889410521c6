import ImageCodecs
import Images
import LatentEditing
import Edits
import Models
import Tensors

extension Editor {
  /// Enlarges a picture, adds detail, and writes it to `output`.
  ///
  /// Depth, profile, alpha, EXIF and resolution are the source's. Neither picture is held whole (but for interlaced
  /// and rotated sources, which cannot be read row by row). The state of the work lies in a file beside the output,
  /// `<output>.state`; where it was interrupted, the same request with `resumes` ends with the bytes that it
  /// would have ended with.
  @discardableResult
  public func upscale(_ request: UpscaleRequest, to output: OutputRequest) throws(SparseditError)
    -> EditReport
  {
    try translatingErrors {
      let start = ContinuousClock.now
      var request = request
      request.options.seed = drawnSeed(request.options.seed)
      let inputs = [request.image] + request.options.inputs
      try output.check(protecting: inputs)
      var session = try session(request.options, protecting: inputs)
      let source = try UpscaleSource(path: request.image)
      let size = try request.pixels(for: source.header)
      var edit = UpscaleEdit(
        settings: try request.options.settings(), sourceWidth: source.header.width,
        sourceHeight: source.header.height, width: size.width, height: size.height)
      edit.strength = request.strength
      edit.detail = request.detail
      let plan = try edit.plan(session)
      let prompts = try edit.prompts(&session, for: plan)
      let sink = try UpscaleSink(
        output, source: source, width: size.width, height: size.height,
        recipe: recipe(
          "upscale", request.options, EditSession.Outcome(of: plan), width: size.width, height: size.height,
          options: request.recipeOptions))
      let state = try session.stage(.encodingImage) { _ in
        try UpscaleState(
          request, edit: edit, plan: plan, model: ModelFiles.description(of: configuration),
          compute: model.compute.rawValue, output: output)
      }
      var report = EditReport(
        output: output.path, width: size.width, height: size.height, seed: request.options.seed,
        steps: plan.steps, model: model.name)
      report.resumedAt = state.resumedAt
      do {
        let cost = try edit.run(
          &session, plan: plan, prompts: prompts, store: state.file,
          base: { try source.enlarged(width: size.width, height: size.height) }, write: sink.write)
        report.charge(cost)
        report.notices =
          source.notices + [state.notice].compactMap { $0 }
          + (try session.stage(.finishing) { _ in try sink.finish() })
        if request.options.latentsFile != nil {
          try request.options.saveLatents([
            try state.file.read(.latents(before: plan.steps), rows: 0..<plan.canvas.height)
          ])
        }
      } catch {
        throw state.interrupted(by: error)
      }
      state.file.remove()
      finish(&report, session, since: start)
      return report
    }
  }
}

extension UpscaleRequest {
  /// What the recipe says besides the settings that every verb has.
  fileprivate var recipeOptions: [String: String] {
    var options = ["strength": "\(strength)", "detail": "\(detail)", "image": image.lastPathComponent]
    if case .scale(let scale) = size { options["scale"] = "\(scale)" }
    return options
  }
}
