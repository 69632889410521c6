import ImageProcessing
import Images

extension BackgroundRequest: ModelEdit {
  /// Replaces a picture's background by what the prompt describes and puts the foreground back on top.
  ///
  /// The model sees the picture and repaints all that the foreground does not cover entirely.
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = self
    request.seed = session.drawn(seed)
    try check(output)
    let hold = try colorHold(session)
    let cut = try session.stage(.encodingImage) { _ in try CutPicture(request) }
    let open = Mask(
      width: cut.picture.width, height: cut.picture.height,
      values: cut.matte.alpha.values.map { $0 < 1 ? 1 : 0 })
    var edit = try InpaintEdit(settings: try request.settings(), mask: PlacedMask(open))
    // The outline of what stays has to be seen, or the new background goes on from it.
    edit.showsRegion = true
    // What lies around the mask is the foreground, whose colours are no measure for the background's.
    edit.finish = FinishOptions(colorMatch: ColorMatch(method: .none), seam: .feather, feather: .pixels(0))
    let crop = try edit.crop(for: session.model)
    let (finished, outcome) = try edit.run(
      &session, crop: crop, source: cut.pixels.cropped(to: crop.rect))
    request.sampling = outcome.sampling
    // That is the model's, and no setting of this edit.
    request.sampling.cleanContext = sampling.cleanContext
    var report = EditReport(
      output: output.path, width: cut.picture.width, height: cut.picture.height, seed: request.seed,
      sampling: outcome.sampling, model: session.model.name)
    try session.stage(.finishing) { session in
      let painted = Mask(width: crop.rect.width, height: crop.rect.height, repeating: 1)
      let (painting, reference) =
        hold?.hold(finished.pixels, weights: open.cropped(to: crop.rect)) ?? (finished.pixels, nil)
      request.colorReference = reference ?? colorReference
      let background = try cut.pixels.composited(
        with: painting, alpha: painted, x: crop.rect.x, y: crop.rect.y)
      let recipe = session.recipe(request, width: crop.modelWidth, height: crop.modelHeight)
      try cut.write(try cut.composite(over: background), to: output, recipe: recipe, into: &report)
      try output.write([outcome.latents])
    }
    report.charge(outcome.cost)
    return report
  }
}
