import ImageCodecs
import Images
import LatentEditing
import Models

extension UpscaleRequest: ModelEdit {
  /// Enlarges a picture by a network for detail and, with `refine`, has the model draw over it.
  ///
  /// Depth, profile, alpha, EXIF and resolution are the source's. Neither picture is held whole (but for interlaced
  /// and rotated sources, which cannot be read row by row).
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = self
    request.seed = session.drawn(seed)
    let source = try UpscaleSource(path: image.known)
    let size = try request.pixels(for: source.header)
    if scale == nil { (request.width, request.height) = size }
    let network = try upscaleModel.map { DetailNetwork.file(try $0.known) } ?? (faithful ? .faithful : .vivid)
    var enlargement = DetailEnlargement(
      try network.open(), width: source.header.width, height: source.header.height, outputWidth: size.width,
      outputHeight: size.height)
    enlargement.wrap = tile?.wrap ?? .none
    enlargement.isFaithful = faithful
    // A network of the person's own may draw grain where the picture is flat, and bounds know no torus.
    enlargement.isBounded = upscaleModel == nil && tile == nil
    return try refine > 0
      ? refined(request, enlargement, source, to: output, &session)
      : enlarged(request, enlargement, source, to: output, &session)
  }

  /// The network alone.
  private func enlarged(
    _ request: UpscaleRequest, _ enlargement: DetailEnlargement, _ source: UpscaleSource,
    to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    let (width, height) = (enlargement.outputWidth, enlargement.outputHeight)
    let sink = try UpscaleSink(
      output, source: source, width: width, height: height,
      recipe: session.recipe(request, width: width, height: height))
    var report = EditReport(
      output: output.path, width: width, height: height, seed: request.seed, sampling: request.sampling,
      model: session.model.name)
    try session.stage(.finishing) { session in
      let rows = try source.enlarged(enlargement)
      var done = 0
      while done < height {
        try session.cancellation.check()
        let band = try rows(min(UpscaleSource.outputBand, height - done))
        try sink.write(band)
        done += band.count
        session.observe(.portion(Double(done) / Double(height)))
      }
    }
    report.notices = source.notices + (try sink.finish())
    return report
  }

  /// The network, and the model over it. The state of the work lies in a file beside the output, `<output>.state`; where
  /// it was interrupted, the same request with an output that `resumes` ends with the bytes that it would have ended
  /// with.
  private func refined(
    _ request: UpscaleRequest, _ enlargement: DetailEnlargement, _ source: UpscaleSource,
    to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    var request = request
    let size = (width: enlargement.outputWidth, height: enlargement.outputHeight)
    let edit = UpscaleEdit(
      settings: try request.settings(), strength: refine, sourceWidth: enlargement.width,
      sourceHeight: enlargement.height, width: size.width, height: size.height)
    let plan = try edit.plan(session)
    let prompts = try edit.prompts(&session, for: plan)
    request.sampling = EditSession.Outcome(of: plan, asked: sampling).sampling.unmasked
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
        base: { try source.enlarged(enlargement) }, write: sink.write)
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
