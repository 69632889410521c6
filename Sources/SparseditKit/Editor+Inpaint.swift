import ImageCodecs
import ImageProcessing
import Images
import Pipelines

extension Editor {
  /// Repaints a region of a picture and writes the whole picture to `output`.
  ///
  /// Pixels where the mask is 0 keep the source's samples, at its depth and in its profile, in PNG and TIFF
  /// output; the report says how far a reader of the written file finds them from the source.
  @discardableResult
  public func inpaint(_ request: InpaintRequest, to output: OutputRequest) throws(SparseditError)
    -> EditReport
  {
    try translatingErrors {
      let start = ContinuousClock.now
      var request = request
      request.options.seed = drawnSeed(request.options.seed)
      let inputs = [request.image] + (request.mask.map { [$0] } ?? [])
      try output.check(protecting: inputs)
      var session = try session(request.options, protecting: inputs)

      let picture = try SourcePicture(path: request.image)
      let (mask, maskNotices) = try session.stage(.encodingImage) { _ in try Self.mask(request, for: picture)
      }
      var edit = try InpaintEdit(settings: try request.options.settings(), mask: mask)
      edit.strength = request.strength
      edit.wholePicture = request.wholePicture
      edit.context = request.context
      edit.finish = request.finishOptions

      let crop = try edit.crop(for: model)
      let source = try session.stage(.encodingImage) { _ in try picture.crop(crop.rect) }
      let (finished, outcome) = try edit.run(&session, crop: crop, source: source)
      let patch = try Patch(
        finished, over: source, at: crop.rect, within: picture.header.bounds,
        fillsTransparency: request.mask == nil ? picture : nil)
      var report = EditReport(
        output: output.path, width: picture.header.width, height: picture.header.height,
        seed: request.options.seed, steps: outcome.steps, model: model.name)
      let check = try session.stage(.finishing) { _ in
        let recipe = recipe(
          "inpaint", request.options, outcome, width: crop.modelWidth, height: crop.modelHeight,
          options: request.recipeOptions)
        let written = try picture.write(with: patch, to: output, recipe: recipe, protecting: inputs)
        report.notices = (picture.notices + maskNotices + written).withoutRepeats()
        try request.options.saveLatents(outcome.latents)
        return try OutputCheck(source: request.image, output: output.path, mask: mask)
      }
      report.maxDifferenceOutsideMask = check.maximumOutside
      report.changedPixels = check.changedPixels
      report.seamRatio = finished.report.seamRatio
      report.attentionSparsity = outcome.cost.attentionSparsity
      finish(&report, session, since: start)
      return report
    }
  }

  /// The mask as the edit uses it, of the picture's size.
  private static func mask(
    _ request: InpaintRequest, for picture: SourcePicture
  ) throws -> (mask: Mask, notices: [String]) {
    var (mask, notices): (Mask, [String])
    if let path = request.mask {
      (mask, notices) = try MaskFile.read(path: path)
      notices = notices.map { "\(path): \($0)" }
      guard mask.width == picture.header.width, mask.height == picture.header.height else {
        throw SparseditError(
          .badData,
          "\(path): expected a mask of the picture's size, \(picture.header.width) x \(picture.header.height)"
            + (picture.header.source?.orientation == .up ? "" : " after its EXIF orientation")
            + ", found \(mask.width) x \(mask.height)")
      }
    } else {
      (mask, notices) = (try MaskFile.read(path: request.image, channel: .alpha).mask.inverted(), [])
    }
    if request.invertsMask { mask = mask.inverted() }
    if request.maskGrow > 0 {
      mask = mask.grown(by: Float(request.maskGrow))
      notices.append("the mask was grown by \(request.maskGrow) pixels: outside means outside the grown mask")
    } else if request.maskGrow < 0 {
      mask = mask.shrunk(by: Float(-request.maskGrow))
    }
    return (mask, notices)
  }
}

extension InpaintRequest {
  fileprivate var finishOptions: FinishOptions {
    FinishOptions(
      colorMatch: ColorMatch(method: matchesColor ? .meanAndDeviation : .none),
      seam: seam == .poisson ? .poisson : .feather,
      feather: maskFeather.map { .pixels($0) } ?? .automatic)
  }

  /// What the recipe says besides the settings that every verb has.
  fileprivate var recipeOptions: [String: String] {
    var options = ["strength": "\(strength)", "seam": seam.rawValue, "image": image.lastPathComponent]
    if let mask { options["mask"] = mask.lastPathComponent }
    if invertsMask { options["invert-mask"] = "true" }
    if maskGrow != 0 { options["mask-grow"] = "\(maskGrow)" }
    if let maskFeather { options["mask-feather"] = "\(maskFeather)" }
    if wholePicture { options["whole-picture"] = "true" }
    if let context { options["context"] = "\(context)" }
    if !matchesColor { options["no-color-match"] = "true" }
    return options
  }
}

extension [String] {
  /// Each sentence once, in order: reader and writer may notice the same thing.
  fileprivate func withoutRepeats() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

extension String {
  var lastPathComponent: String {
    lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self
  }
}

extension Patch {
  /// A finished patch as final pixels: mixed with the source in linear light, cut to the picture.
  ///
  /// - Parameter fillsTransparency: the picture whose transparent part was repainted, which the patch makes
  ///   opaque as far as it covers; nil keeps the picture's alpha.
  init(
    _ finished: FinishedPatch, over source: FloatImage, at rect: PixelRect, within bounds: PixelRect,
    fillsTransparency picture: SourcePicture?
  ) throws {
    let inside = rect.intersection(bounds)
    let local = PixelRect(
      x: inside.x - rect.x, y: inside.y - rect.y, width: inside.width, height: inside.height)
    let color = try source.composited(with: finished.pixels, alpha: finished.alpha).cropped(to: local)
    let changed = finished.alpha.cropped(to: local)
    var alpha: Mask?
    if var opacity = try picture?.alpha(inside) {
      for index in opacity.values.indices {
        opacity.values[index] += (1 - opacity.values[index]) * changed.values[index]
      }
      alpha = opacity
    }
    self.init(rect: inside, color: color, alpha: alpha, changed: changed)
  }
}
