import ImageCodecs
import ImageProcessing
import Images
import LatentEditing

extension InpaintRequest: ModelEdit {
  /// Repaints regions of a picture, or paints around it, and writes the whole picture.
  ///
  /// Parts of the mask that are far apart are shown to the model one by one. Pixels where the mask is 0 keep the
  /// source's samples, at its depth and in its profile, in PNG and TIFF output; the report says how far a reader of
  /// the written file finds them from the source.
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = resolved
    request.seed = session.drawn(seed)
    let hold = try colorHold(session)
    let parts = try session.stage(.encodingImage) { _ in try InpaintParts(request) }
    var painted: [PaintedPart] = []
    var outcomes: [EditSession.Outcome] = []
    // Whose latents or preview are asked for is to be painted.
    let asksForModel = output.latents != nil || output.preview != nil || noise != nil
    for index in 0..<parts.count {
      guard asksForModel || parts.isPainted(index) else {
        painted.append(try session.stage(.finishing) { _ in try parts.filled(index, parts.edit(index)) })
        continue
      }
      let (part, outcome) = try request.paint(index, of: parts, &session)
      painted.append(part)
      outcomes.append(outcome)
    }
    request.colorReference = hold?.hold(&painted) ?? request.colorReference
    if let first = outcomes.first { request.sampling = first.sampling }

    let header = parts.picture.header
    var report = EditReport(
      output: output.path, width: header.width, height: header.height, seed: request.seed,
      sampling: request.sampling, model: session.model.name)
    try session.stage(.finishing) { session in
      let recipe = session.recipe(
        request, width: painted[0].crop.modelWidth, height: painted[0].crop.modelHeight)
      try output.write(outcomes.map(\.latents))
      try parts.write(painted, to: output, recipe: recipe, into: &report)
    }
    var cost = DenoiserCost()
    for outcome in outcomes { cost += outcome.cost }
    report.charge(cost)
    return report
  }

  /// Paints one part of the mask; a repair then with pieces of the surroundings, chosen by what was painted.
  private func paint(
    _ index: Int, of parts: InpaintParts, _ session: inout EditSession
  ) throws -> (part: PaintedPart, outcome: EditSession.Outcome) {
    let edit = try parts.edit(index)
    let crop = try edit.crop(for: session.model)
    let (source, filled) = try session.stage(.encodingImage) { _ in
      let source = try parts.picture.crop(crop.rect)
      return (source, try parts.beginning(index, edit, crop: crop.rect, source: source))
    }
    let (finished, outcome) = try edit.run(&session, crop: crop, source: source, filled: filled)
    let painted = PaintedPart(
      crop: crop, source: source, finished: finished, box: parts.box(index),
      pixelCount: parts.pixelCount(index))
    guard showsFill else { return (painted, outcome) }
    return try session.stage(.finishing) { _ in
      let shown = try source.composited(with: finished.pixels, alpha: finished.alpha)
      return (try parts.filled(index, edit, guide: (shown, crop.rect)), outcome)
    }
  }
}

extension InpaintRequest: PictureEdit {
  package var needsNoModel: Bool { isFilledOnly }

  /// Fills the regions and writes the whole picture; no model is asked.
  package func run(_ observer: EditObserver, to output: OutputRequest) throws -> EditReport {
    guard output.latents == nil, output.preview == nil else {
      throw SparseditError(
        .usage, "with 0 `steps` no model is asked: leave out `save_latents` and `preview`.")
    }
    var request = resolved
    if seed < 0 {
      request.seed = Int64.random(in: 0..<1 << 32)
      observer.tell(.notice("seed \(request.seed)"))
    }
    observer.tell(.stage(.encodingImage))
    let parts = try InpaintParts(request)
    observer.tell(.stage(.finishing))
    var painted: [PaintedPart] = []
    for index in 0..<parts.count {
      try observer.cancellation.check()
      painted.append(try parts.filled(index, parts.edit(index)))
    }
    if let colorReference {
      request.colorReference = try ColorHold(colorReference).hold(&painted) ?? colorReference
    }
    let header = parts.picture.header
    var report = EditReport(output: output.path, width: header.width, height: header.height)
    report.seed = request.seed
    try parts.write(
      painted, to: output, recipe: Recipe(of: request, width: header.width, height: header.height),
      into: &report)
    return report
  }
}
