import ImageProcessing
import Images
import Models

extension TextureRequest {
  /// Makes a photograph repeat: strips of its own pixels over its borders, and the model's touch on the cuts.
  mutating func join(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    let path = try image?.known ?? ""
    let picture = try SourcePicture(path: path)
    let bounds = picture.header.bounds
    let band = try band(bounds, path, session.model)
    let strength = strength ?? Self.defaultStrength
    (self.band, self.strength) = (band, strength)
    let hold = try colorHold(session)
    let source = try session.stage(.encodingImage) { _ in try picture.crop(bounds) }
    let wrap = tile.wrap
    let healing = min(Self.healing, band / 2)
    var joined = TileableCut(band: band).apply(
      to: source, acrossX: wrap.closesX, acrossY: wrap.closesY, healing: healing)
    if strength >= 1 {
      // Nothing of the strip is to be kept: the band is painted from nothing.
      joined = TileableCut.Result(
        picture: source,
        cuts: TextureEdit.borderMask(width: bounds.width, height: bounds.height, band: band, wrap: wrap),
        changed: Mask(width: bounds.width, height: bounds.height))
    }
    var report = EditReport(
      output: output.path, width: bounds.width, height: bounds.height, seed: seed, model: session.model.name)
    if strength > 0, joined.cuts.boundingBox() != nil {
      var edit = try InpaintEdit(settings: try settings(), mask: PlacedMask(joined.cuts))
      edit.wholePicture = true
      edit.wrap = wrap
      edit.strength = strength
      edit.keepsGrain = strength < 1
      edit.finish.feather = .pixels(Float(strength < 1 ? healing : band) / 2)
      let crop = try edit.crop(for: session.model)
      let (finished, outcome) = try edit.run(&session, crop: crop, source: joined.picture)
      var painted = [
        PaintedPart(
          crop: crop, source: joined.picture, finished: finished, box: bounds,
          pixelCount: joined.cuts.values.count { $0 > 0 })
      ]
      colorReference = hold?.hold(&painted) ?? colorReference
      joined.picture = try joined.picture.composited(
        with: painted[0].finished.pixels, alpha: finished.alpha)
      for pixel in finished.alpha.values.indices where finished.alpha.values[pixel] > 0 {
        joined.changed.values[pixel] = 1
      }
      sampling = outcome.sampling.unmasked
      report.steps = sampling.steps ?? 0
      report.charge(outcome.cost)
      try output.write([outcome.latents])
    }
    let recipe = session.recipe(self, width: bounds.width, height: bounds.height)
    let patch = Patch(rect: bounds, color: joined.picture, changed: joined.changed)
    let inputs = inputPaths
    let check = try session.stage(.finishing) { _ in
      report.notices =
        picture.notices
        + (try picture.write(with: [patch], to: output, recipe: recipe, protecting: inputs))
      return try OutputCheck(source: path, output: output.path, mask: PlacedMask(joined.changed))
    }
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
    return report
  }

  private static let defaultStrength: Float = 0.3

  /// Pixels to either side of a cut that the model may touch: a token and its surroundings.
  private static let healing = 16

  private func band(_ bounds: PixelRect, _ path: String, _ model: Model) throws -> Int {
    guard width == nil, height == nil else {
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
    let band = band ?? max(model.tokenSide, shorter / 8)
    guard band <= shorter / 4 else {
      throw SparseditError(
        .usage,
        "--band \(band): expected at most a quarter of the photograph's shorter side, \(shorter / 4) pixels")
    }
    return band
  }
}
