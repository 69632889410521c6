import ImageCodecs
import ImageProcessing
import Images
import LatentEditing
import Pipelines

extension Editor {
  /// Makes a seamless texture and writes it to `output`; the report's seam ratios are measured on the result.
  @discardableResult
  public func texture(_ request: TextureRequest, to output: OutputRequest) throws(SparseditError)
    -> EditReport
  {
    try translatingErrors {
      let start = ContinuousClock.now
      var request = request
      request.options.seed = drawnSeed(request.options.seed)
      let inputs = request.image.map { [$0] } ?? []
      try output.check(protecting: inputs)
      var session = try session(request.options, protecting: inputs)
      var report =
        try request.image == nil
        ? newTexture(request, to: output, &session) : tileable(request, to: output, &session)
      let written = try ImageReader.decode(path: output.path)
      let picture = try WorkingColor(header: written.header, name: output.path, writesBack: false)
        .pixels(of: written, in: written.bounds).color
      let ratio = picture.repeatSeamRatio()
      report.seamRatioX = request.tile == .y ? nil : ratio.x
      report.seamRatioY = request.tile == .x ? nil : ratio.y
      if let repeats = request.repeats {
        let path = output.path.numbered("-\(repeats.columns)x\(repeats.rows)")
        _ = try ImageWriter.encode(written.repeated(repeats.columns, repeats.rows), to: path)
      }
      finish(&report, session, since: start)
      return report
    }
  }

  private func newTexture(
    _ request: TextureRequest, to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    let edit = TextureEdit(
      settings: try request.options.settings(), width: request.width, height: request.height,
      wrap: request.tile.wrap)
    let (picture, outcome) = try edit.run(&session)
    var report = EditReport(
      output: output.path, width: picture.width, height: picture.height, seed: request.options.seed,
      steps: outcome.steps, model: model.name)
    report.attentionSparsity = outcome.cost.attentionSparsity
    report.notices = try session.stage(.finishing) { _ in
      let recipe = recipe(
        "texture", request.options, outcome, width: picture.width, height: picture.height,
        options: ["tile": request.tile.rawValue])
      try request.options.saveLatents(outcome.latents)
      return try output.write(Image(generated: picture), recipe: recipe)
    }
    return report
  }

  /// Repaints a band along the borders of a photograph on a canvas that closes on itself.
  private func tileable(
    _ request: TextureRequest, to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    let path = request.image ?? ""
    let picture = try SourcePicture(path: path)
    let (width, height) = (picture.header.width, picture.header.height)
    let side = model.tokenSide
    guard width % side == 0, height % side == 0, width >= 4 * side, height >= 4 * side else {
      throw SparseditError(
        .badData,
        "\(path): expected sides that are multiples of \(side), at least \(4 * side), found \(width) x \(height); "
          + "crop it to \(max(4 * side, width / side * side)) x \(max(4 * side, height / side * side))")
    }
    guard request.width == nil, request.height == nil else {
      throw SparseditError(.usage, "a photograph keeps its size: --width and --height are for new textures")
    }
    let band = request.band ?? max(side, min(width, height) / 8)
    let mask = TextureEdit.borderMask(width: width, height: height, band: band, wrap: request.tile.wrap)
    var edit = try InpaintEdit(settings: try request.options.settings(), mask: mask)
    edit.wholePicture = true
    edit.wrap = request.tile.wrap
    edit.finish.feather = .pixels(Float(band) / 2)
    let crop = try edit.crop(for: model)
    let source = try session.stage(.encodingImage) { _ in try picture.crop(crop.rect) }
    let (finished, outcome) = try edit.run(&session, crop: crop, source: source)
    let patch = try Patch(
      finished, over: source, at: crop.rect, within: picture.header.bounds, fillsTransparency: nil)
    var report = EditReport(
      output: output.path, width: width, height: height, seed: request.options.seed, steps: outcome.steps,
      model: model.name)
    report.attentionSparsity = outcome.cost.attentionSparsity
    let check = try session.stage(.finishing) { _ in
      let recipe = recipe(
        "texture", request.options, outcome, width: width, height: height,
        options: ["tile": request.tile.rawValue, "image": path.lastPathComponent, "band": "\(band)"])
      report.notices =
        picture.notices + (try picture.write(with: patch, to: output, recipe: recipe, protecting: [path]))
      try request.options.saveLatents(outcome.latents)
      return try OutputCheck(source: path, output: output.path, mask: mask)
    }
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
    return report
  }
}

extension TextureRequest.Tile {
  var wrap: Wrap {
    switch self {
    case .x: .x
    case .y: .y
    case .xy: .xy
    }
  }
}

extension Image {
  /// The picture side by side with itself.
  func repeated(_ columns: Int, _ rows: Int) -> Image {
    var header = header
    header.width *= columns
    header.height *= rows
    var bytes: [UInt8] = []
    bytes.reserveCapacity(self.bytes.count * columns * rows)
    for _ in 0..<rows {
      for y in 0..<height {
        let row = self.bytes[y * self.header.rowBytes..<(y + 1) * self.header.rowBytes]
        for _ in 0..<columns { bytes += row }
      }
    }
    return Image(header: header, bytes: bytes)
  }
}

extension String {
  /// A path with `suffix` before its extension.
  fileprivate func numbered(_ suffix: String) -> String {
    let name = lastIndex(of: "/").map { index(after: $0) } ?? startIndex
    let dot = self[name...].lastIndex(of: ".") ?? endIndex
    return self[..<dot] + suffix + self[dot...]
  }
}
