import DiffusionTransformers
import ImageProcessing
import Images

/// A picture that is to be inpainted, and the parts of its mask, each of which is worked on by itself.
struct InpaintParts {
  let request: InpaintRequest
  let picture: SourcePicture
  let mask: InpaintMask
  private let parts: MaskParts?

  /// - Parameter request: resolved.
  init(_ request: InpaintRequest) throws {
    self.request = request
    picture = try SourcePicture(path: request.image.known, margins: request.margins)
    mask = try InpaintMask(request, for: picture)
    parts =
      request.wholePicture || request.oneCrop
      ? nil : MaskParts(of: mask.mask, reach: InpaintEdit.reach(context: request.context))
  }

  private var fill: RegionFill { request.fill.flatMap { RegionFill(rawValue: $0.rawValue) } ?? .original }

  var count: Int { max(1, parts?.boxes.count ?? 1) }

  /// On the picture.
  func box(_ index: Int) -> PixelRect {
    parts.map { $0.boxes[index] } ?? mask.mask.boundingBox() ?? mask.mask.frame
  }

  func pixelCount(_ index: Int) -> Int { parts?.pixelCounts[index] ?? mask.mask.selectedPixelCount }

  /// Whether the model paints a part: in a repair only a large one, where it decides which pieces are shown.
  func isPainted(_ index: Int) -> Bool {
    guard request.showsFill else { return true }
    // Around a picture the model invents what the picture has no pieces for.
    guard request.extend == nil else { return false }
    let box = box(index)
    let whole = mask.mask.cropped(
      to: PixelRect(x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2))
    return ExemplarCompletion.usesGuide(innerRadius: whole.innerRadius())
  }

  /// What is to be done with a part.
  func edit(_ index: Int) throws -> InpaintEdit {
    var settings = try request.settings()
    // Parts of one shape would otherwise begin from the same noise, and look alike.
    settings.seed &+= UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    var edit = try InpaintEdit(settings: settings, mask: mask.mask)
    edit.part = parts.map { ($0, index) }
    edit.strength = request.strength ?? 1
    edit.wholePicture = request.wholePicture
    edit.context = request.context
    edit.finish = request.finishOptions
    edit.regionalPrompts = { [mask] in mask.prompts(under: $0) }
    // What changes is added to the pieces, whose grain stays.
    edit.keepsGrain = request.fill == .patch && edit.strength < 1
    return edit
  }

  /// A part filled, and nothing painted.
  ///
  /// - Parameter guide: what should be there, and its place on the picture; nil leaves it to the surroundings.
  func filled(_ index: Int, _ edit: InpaintEdit, guide: (picture: FloatImage, rect: PixelRect)? = nil) throws
    -> PaintedPart
  {
    var filling = FillEdit(edit, fill: fill)
    filling.finish = request.fillOptions
    let rect = filling.rect
    if fill == .patch {
      try MemoryLimit(asked: nil).check(
        rect.width * rect.height * ExemplarCompletion.bytesPerPixel,
        for: "pieces of \(rect.width) x \(rect.height) pixels",
        advice: "make the region smaller, or say --fill mirror")
    }
    let source = try picture.crop(rect)
    let guide = try guide.map { guide in
      try source.composited(
        with: guide.picture,
        alpha: Mask(width: guide.picture.width, height: guide.picture.height, repeating: 1),
        x: guide.rect.x - rect.x, y: guide.rect.y - rect.y)
    }
    return PaintedPart(
      crop: CropChoice(rect: rect, modelWidth: rect.width, modelHeight: rect.height), source: source,
      finished: try filling.run(source: source, guide: guide), fill: fill, box: box(index),
      pixelCount: pixelCount(index))
  }

  /// What a part's edit begins from, under its crop; nil leaves it to the edit.
  func beginning(_ index: Int, _ edit: InpaintEdit, crop: PixelRect, source: FloatImage) throws -> FloatImage?
  {
    guard request.fill != nil, !request.showsFill else { return nil }
    let whole = mask.mask.cropped(to: crop)
    guard fill == .patch else { return try source.filled(fill, in: whole, seed: edit.settings.seed) }
    // More of the surroundings may be copied than the model is shown.
    let part = try filled(index, edit)
    return try source.composited(
      with: part.finished.pixels, alpha: part.finished.alpha, x: part.crop.rect.x - crop.x,
      y: part.crop.rect.y - crop.y)
  }

  /// Writes the picture with its parts painted, and fills in what the report says of them.
  func write(
    _ painted: [PaintedPart], to output: OutputRequest, recipe: Recipe, into report: inout EditReport
  ) throws {
    let patches = try painted.map { part in
      try Patch(
        part.finished, over: part.source, at: part.crop.rect, within: picture.header.bounds,
        fillsTransparency: request.mask == nil && request.extend == nil ? picture : nil)
    }
    let written = try picture.write(with: patches, to: output, recipe: recipe, protecting: request.inputPaths)
    report.notices = (picture.notices + mask.notices + painted.flatMap(\.notices) + written).withoutRepeats()
    let check = try OutputCheck(
      source: picture.path, output: output.path, mask: mask.mask, margins: request.margins)
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
    report.regions = painted.map(\.report)
    report.seamRatio = painted.compactMap(\.finished.report.seamRatio).max()
  }
}

extension [String] {
  /// Each sentence once, in order: reader and writer may notice the same thing.
  fileprivate func withoutRepeats() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
