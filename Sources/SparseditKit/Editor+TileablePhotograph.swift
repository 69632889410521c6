import ImageProcessing
import Images
import Edits
import Models

extension Editor {
  /// Makes a photograph repeat: strips of its own pixels over its borders, and the model's touch on the cuts.
  func tileable(
    _ request: TextureRequest, to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    let path = request.image ?? ""
    let picture = try SourcePicture(path: path)
    let bounds = picture.header.bounds
    let band = try band(request, bounds, path)
    let source = try session.stage(.encodingImage) { _ in try picture.crop(bounds) }
    let wrap = request.tile.wrap
    let healing = min(Self.healing, band / 2)
    var joined = TileableCut(band: band).apply(
      to: source, acrossX: wrap.closesX, acrossY: wrap.closesY, healing: healing)
    if request.strength >= 1 {
      // Nothing of the strip is to be kept: the band is painted from nothing.
      joined = TileableCut.Result(
        picture: source,
        cuts: TextureEdit.borderMask(width: bounds.width, height: bounds.height, band: band, wrap: wrap),
        changed: Mask(width: bounds.width, height: bounds.height))
    }
    var report = EditReport(
      output: output.path, width: bounds.width, height: bounds.height, seed: request.options.seed, steps: 0,
      model: model.name)
    var recipe = recipe(request, joined.picture, band: band)
    if request.strength > 0, joined.cuts.boundingBox() != nil {
      var edit = try InpaintEdit(settings: try request.options.settings(), mask: PlacedMask(joined.cuts))
      edit.wholePicture = true
      edit.wrap = wrap
      edit.strength = request.strength
      edit.keepsGrain = request.strength < 1
      edit.finish.feather = .pixels(Float(request.strength < 1 ? healing : band) / 2)
      let crop = try edit.crop(for: model)
      let (finished, outcome) = try edit.run(&session, crop: crop, source: joined.picture)
      var painted = [
        PaintedPart(
          crop: crop, source: joined.picture, finished: finished, outcome: outcome, box: bounds,
          pixelCount: joined.cuts.values.count { $0 > 0 })
      ]
      let held = request.options.hold(&painted)
      joined.picture = try joined.picture.composited(
        with: painted[0].finished.pixels, alpha: finished.alpha)
      for pixel in finished.alpha.values.indices where finished.alpha.values[pixel] > 0 {
        joined.changed.values[pixel] = 1
      }
      recipe = self.recipe(
        "texture", request.options, outcome, width: bounds.width, height: bounds.height,
        options: held.merging(recipe.options) { $1 })
      report.steps = outcome.steps
      report.charge(outcome.cost)
      try request.options.saveLatents([outcome.latents])
    }
    let patch = Patch(rect: bounds, color: joined.picture, changed: joined.changed)
    let check = try session.stage(.finishing) { _ in
      report.notices =
        picture.notices
        + (try picture.write(
          with: [patch], to: output, recipe: recipe, protecting: [path] + request.options.inputs))
      return try OutputCheck(source: path, output: output.path, mask: PlacedMask(joined.changed))
    }
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
    return report
  }

  /// Pixels to either side of a cut that the model may touch: a token and its surroundings.
  private static let healing = 16

  private func band(_ request: TextureRequest, _ bounds: PixelRect, _ path: String) throws -> Int {
    guard request.width == nil, request.height == nil else {
      throw SparseditError(.usage, "a photograph keeps its size: --width and --height are for new textures")
    }
    let shorter = min(bounds.width, bounds.height)
    let least = 4 * model.tokenSide
    guard shorter >= least else {
      throw SparseditError(
        .badData,
        "\(path): expected a photograph of at least \(least) x \(least) pixels, found \(bounds.width) x \(bounds.height)"
      )
    }
    let band = request.band ?? max(model.tokenSide, shorter / 8)
    guard band <= shorter / 4 else {
      throw SparseditError(
        .usage,
        "--band \(band): expected at most a quarter of the photograph's shorter side, \(shorter / 4) pixels")
    }
    return band
  }

  /// The recipe of a photograph that was joined without the model.
  private func recipe(_ request: TextureRequest, _ picture: FloatImage, band: Int) -> Recipe {
    Recipe(
      verb: "texture", version: Sparsedit.version, model: model.name, prompt: request.options.prompt,
      negativePrompt: request.options.negativePrompt, steps: request.options.steps ?? model.defaults.steps,
      sampler: model.scheduler.method.shortName, guidance: model.defaults.guidance,
      seed: request.options.seed, width: picture.width, height: picture.height,
      options: [
        "tile": request.tile.rawValue, "image": (request.image ?? "").lastPathComponent, "band": "\(band)",
        "strength": "\(request.strength)",
      ])
  }
}
