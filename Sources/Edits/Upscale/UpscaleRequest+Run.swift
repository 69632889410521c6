import ImageCodecs
import Images
import LatentEditing

extension UpscaleRequest: ModelEdit {
  /// Enlarges a picture and adds detail.
  ///
  /// Depth, profile, alpha, EXIF and resolution are the source's. Neither picture is held whole (but for interlaced
  /// and rotated sources, which cannot be read row by row). The state of the work lies in a file beside the output,
  /// `<output>.state`; where it was interrupted, the same request with an output that `resumes` ends with the bytes
  /// that it would have ended with.
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = self
    request.seed = session.drawn(seed)
    let source = try UpscaleSource(path: image.known)
    let size = try request.pixels(for: source.header)
    let edit = UpscaleEdit(
      settings: try request.settings(), strength: strength, detail: detail,
      sourceWidth: source.header.width, sourceHeight: source.header.height, width: size.width,
      height: size.height)
    let plan = try edit.plan(session)
    let prompts = try edit.prompts(&session, for: plan)
    request.sampling = EditSession.Outcome(of: plan, asked: sampling).sampling.unmasked
    if scale == nil { (request.width, request.height) = size }
    let sink = try UpscaleSink(
      output, source: source, width: size.width, height: size.height,
      recipe: session.recipe(request, width: size.width, height: size.height))
    let state = try session.stage(.encodingImage) { session in
      try UpscaleState(request, plan: plan, size: size, session: session, output: output)
    }
    var report = EditReport(
      output: output.path, width: size.width, height: size.height, seed: request.seed,
      sampling: request.sampling, model: session.model.name)
    report.resumedAt = state.resumedAt
    do {
      let cost = try edit.run(
        &session, plan: plan, prompts: prompts, store: state.file,
        base: { try source.enlarged(width: size.width, height: size.height) }, write: sink.write)
      report.charge(cost)
      report.notices =
        source.notices + [state.notice].compactMap(\.self)
        + (try session.stage(.finishing) { _ in try sink.finish() })
      if output.latents != nil {
        try output.write([
          try state.file.read(.latents(before: plan.steps), rows: 0..<plan.canvas.height)
        ])
      }
    } catch {
      throw state.interrupted(by: error)
    }
    state.file.remove()
    return report
  }
}
