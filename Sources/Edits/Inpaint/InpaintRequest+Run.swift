import ImageCodecs
import ImageProcessing
import Images

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
    let picture = try SourcePicture(path: request.image.known, margins: request.margins)
    let mask = try session.stage(.encodingImage) { _ in try InpaintMask(request, for: picture) }
    let parts =
      request.wholePicture || request.oneCrop
      ? nil : MaskParts(of: mask.mask, reach: InpaintEdit.reach(context: request.context))
    var painted: [PaintedPart] = []
    for index in 0..<max(1, parts?.boxes.count ?? 1) {
      painted.append(try request.paint(mask, parts, index, of: picture, &session))
    }
    request.colorReference = hold?.hold(&painted) ?? request.colorReference
    request.sampling = painted[0].outcome.sampling

    var report = EditReport(
      output: output.path, width: picture.header.width, height: picture.header.height, seed: request.seed,
      sampling: request.sampling, model: session.model.name)
    let check = try session.stage(.finishing) { session in
      let patches = try painted.map { part in
        try Patch(
          part.finished, over: part.source, at: part.crop.rect, within: picture.header.bounds,
          fillsTransparency: request.mask == nil && request.extend == nil ? picture : nil)
      }
      let recipe = session.recipe(
        request, width: painted[0].crop.modelWidth, height: painted[0].crop.modelHeight)
      let written = try picture.write(with: patches, to: output, recipe: recipe, protecting: inputPaths)
      report.notices = (picture.notices + mask.notices + painted.flatMap(\.notices) + written)
        .withoutRepeats()
      try output.write(painted.map(\.outcome.latents))
      return try OutputCheck(
        source: picture.path, output: output.path, mask: mask.mask, margins: request.margins)
    }
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
    report.regions = painted.map(\.report)
    report.seamRatio = painted.compactMap(\.finished.report.seamRatio).max()
    report.charge(painted.cost)
    return report
  }

  /// Paints one part of the mask.
  private func paint(
    _ mask: InpaintMask, _ parts: MaskParts?, _ index: Int, of picture: SourcePicture,
    _ session: inout EditSession
  ) throws -> PaintedPart {
    var settings = try settings()
    // Parts of one shape would otherwise begin from the same noise, and look alike.
    settings.seed &+= UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    var edit = try InpaintEdit(settings: settings, mask: mask.mask)
    edit.part = parts.map { ($0, index) }
    edit.strength = strength ?? 1
    edit.wholePicture = wholePicture
    edit.context = context
    edit.finish = finishOptions
    edit.regionalPrompts = { mask.prompts(under: $0) }
    let crop = try edit.crop(for: session.model)
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
