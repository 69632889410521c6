import ImageCodecs
import ImageProcessing
import Images
import LatentEditing
import Edits
import Models

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
      let inputs = [request.image].compactMap(\.self) + request.options.inputs
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
        _ = try ImageWriter.encode(
          written.repeated(repeats.columns, repeats.rows), to: Self.sheetPath(output.path, repeats))
      }
      finish(&report, session, since: start)
      return report
    }
  }

  /// Where the sheet of repeats goes that belongs to a texture.
  package static func sheetPath(_ path: String, _ repeats: (columns: Int, rows: Int)) -> String {
    path.numbered("-\(repeats.columns)x\(repeats.rows)")
  }

  private func newTexture(
    _ request: TextureRequest, to output: OutputRequest, _ session: inout EditSession
  ) throws -> EditReport {
    let edit = TextureEdit(
      settings: try request.options.settings(), width: request.width, height: request.height,
      wrap: request.tile.wrap)
    let (made, outcome) = try edit.run(&session)
    let (picture, held) = request.options.held(made)
    var report = EditReport(
      output: output.path, width: picture.width, height: picture.height, seed: request.options.seed,
      steps: outcome.steps, model: model.name)
    report.charge(outcome.cost)
    report.notices = try session.stage(.finishing) { _ in
      let recipe = recipe(
        "texture", request.options, outcome, width: picture.width, height: picture.height,
        options: held.merging(["tile": request.tile.rawValue]) { $1 })
      try request.options.saveLatents([outcome.latents])
      return try output.write(
        Image(generated: picture), recipe: recipe, protecting: request.options.inputs)
    }
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
  func numbered(_ suffix: String) -> String {
    let name = lastIndex(of: "/").map { index(after: $0) } ?? startIndex
    let dot = self[name...].lastIndex(of: ".") ?? endIndex
    return self[..<dot] + suffix + self[dot...]
  }
}
