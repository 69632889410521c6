import ImageCodecs
import ImageProcessing
import Images
import Edits
import Models
import Tensors

extension Editor {
  /// Repaints regions of a picture, or paints around it, and writes the whole picture to `output`.
  ///
  /// Parts of the mask that are far apart are shown to the model one by one. Pixels where the mask is 0 keep the
  /// source's samples, at its depth and in its profile, in PNG and TIFF output; the report says how far a reader of
  /// the written file finds them from the source.
  @discardableResult
  public func inpaint(_ request: InpaintRequest, to output: OutputRequest) throws(SparseditError)
    -> EditReport
  {
    try translatingErrors {
      let start = ContinuousClock.now
      var request = request
      request.options.seed = drawnSeed(request.options.seed)
      let inputs = [request.image] + [request.mask].compactMap(\.self) + request.options.inputs
      try output.check(protecting: inputs)
      var session = try session(request.options, protecting: inputs)

      let picture = try SourcePicture(path: request.image, margins: request.extend)
      let mask = try session.stage(.encodingImage) { _ in try InpaintMask(request, for: picture) }
      let parts =
        request.wholePicture || request.joinsRegions
        ? nil : MaskParts(of: mask.mask, reach: InpaintEdit.reach(context: request.context))
      var painted: [PaintedPart] = []
      for index in 0..<max(1, parts?.boxes.count ?? 1) {
        painted.append(try paint(request, mask, parts, index, of: picture, &session))
      }
      let held = request.options.hold(&painted)

      var report = EditReport(
        output: output.path, width: picture.header.width, height: picture.header.height,
        seed: request.options.seed, steps: painted[0].outcome.steps, model: model.name)
      let check = try session.stage(.finishing) { _ in
        let patches = try painted.map { part in
          try Patch(
            part.finished, over: part.source, at: part.crop.rect, within: picture.header.bounds,
            fillsTransparency: request.mask == nil && request.extend == .none ? picture : nil)
        }
        let recipe = recipe(
          "inpaint", request.options, painted[0].outcome, width: painted[0].crop.modelWidth,
          height: painted[0].crop.modelHeight, options: request.recipeOptions.merging(held) { $1 })
        let written = try picture.write(with: patches, to: output, recipe: recipe, protecting: inputs)
        report.notices = (picture.notices + mask.notices + painted.flatMap(\.notices) + written)
          .withoutRepeats()
        try request.options.saveLatents(painted.map(\.outcome.latents))
        return try OutputCheck(
          source: request.image, output: output.path, mask: mask.mask, margins: request.extend)
      }
      report.maxDifferenceOutsideMask = check.maximumOutside
      report.changedPixels = check.changedPixels
      report.regions = painted.map(\.report)
      report.seamRatio = painted.compactMap(\.finished.report.seamRatio).max()
      report.charge(painted.cost)
      finish(&report, session, since: start)
      return report
    }
  }

  /// Paints one part of the mask.
  private func paint(
    _ request: InpaintRequest, _ mask: InpaintMask, _ parts: MaskParts?, _ index: Int,
    of picture: SourcePicture, _ session: inout EditSession
  ) throws -> PaintedPart {
    var settings = try request.options.settings()
    settings.cleanContext = request.cleanContext
    // Parts of one shape would otherwise begin from the same noise, and look alike.
    settings.seed &+= UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    var edit = try InpaintEdit(settings: settings, mask: mask.mask)
    edit.part = parts.map { ($0, index) }
    edit.strength = request.strength
    edit.wholePicture = request.wholePicture
    edit.context = request.context
    edit.finish = request.finishOptions
    edit.regionalPrompts = { mask.prompts(under: $0) }
    let crop = try edit.crop(for: model)
    let source = try session.stage(.encodingImage) { _ in try picture.crop(crop.rect) }
    let (finished, outcome) = try edit.run(&session, crop: crop, source: source)
    return PaintedPart(
      crop: crop, source: source, finished: finished, outcome: outcome,
      box: parts?.boxes[index] ?? mask.mask.boundingBox() ?? crop.rect,
      pixelCount: parts?.pixelCounts[index] ?? mask.mask.selectedPixelCount)
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
