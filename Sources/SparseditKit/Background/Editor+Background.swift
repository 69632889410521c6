import ImageProcessing
import Images
import LatentEditing
import Edits
import Models

extension Editor {
  /// Replaces a picture's background by what a prompt describes and puts the foreground back on top.
  ///
  /// The model sees the picture and repaints all that the foreground does not cover entirely; the request's own
  /// `background` is not looked at.
  @discardableResult
  public func replaceBackground(
    _ request: BackgroundRequest, options: DiffusionOptions, to output: OutputRequest
  ) throws(SparseditError) -> EditReport {
    try translatingErrors {
      let start = ContinuousClock.now
      var options = options
      options.seed = drawnSeed(options.seed)
      try request.check(output)
      try output.check(protecting: options.inputs)
      var session = try session(options, protecting: request.inputs + options.inputs)
      let cut = try session.stage(.encodingImage) { _ in try CutPicture(request) }
      let open = Mask(
        width: cut.picture.width, height: cut.picture.height,
        values: cut.matte.alpha.values.map { $0 < 1 ? 1 : 0 })
      var edit = try InpaintEdit(settings: try options.settings(), mask: PlacedMask(open))
      // The outline of what stays has to be seen, or the new background goes on from it.
      edit.showsRegion = true
      // What lies around the mask is the foreground, whose colours are no measure for the background's.
      edit.finish = FinishOptions(colorMatch: ColorMatch(method: .none), seam: .feather, feather: .pixels(0))
      let crop = try edit.crop(for: model)
      let (finished, outcome) = try edit.run(&session, crop: crop, source: cut.pixels.cropped(to: crop.rect))
      var report = EditReport(
        output: output.path, width: cut.picture.width, height: cut.picture.height, seed: options.seed,
        steps: outcome.steps, model: model.name)
      try session.stage(.finishing) { _ in
        let painted = Mask(width: crop.rect.width, height: crop.rect.height, repeating: 1)
        let (painting, held) = options.held(
          finished.pixels, weights: open.cropped(to: crop.rect))
        let background = try cut.pixels.composited(
          with: painting, alpha: painted, x: crop.rect.x, y: crop.rect.y)
        let recipe = recipe(
          "background", options, outcome, width: crop.modelWidth, height: crop.modelHeight,
          options: request.recipeOptions.merging(held) { $1 })
        try cut.write(try cut.composite(over: background), to: output, recipe: recipe, into: &report)
        try options.saveLatents([outcome.latents])
      }
      report.charge(outcome.cost)
      finish(&report, session, since: start)
      return report
    }
  }
}
