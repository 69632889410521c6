import ImageCodecs
import ImageProcessing
import Images
import LatentEditing

extension TextureRequest: ModelEdit {
  /// Makes a seamless texture; the report's seam ratios are measured on the written picture.
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = self
    request.seed = session.drawn(seed)
    var report =
      try image == nil ? request.make(&session, to: output) : request.join(&session, to: output)
    let written = try ImageReader.decode(path: output.path)
    let picture = try WorkingColor(header: written.header, name: output.path, writesBack: false)
      .pixels(of: written, in: written.bounds).color
    let ratio = picture.repeatSeamRatio()
    report.seamRatioX = tile == .y ? nil : ratio.x
    report.seamRatioY = tile == .x ? nil : ratio.y
    if let repeats = output.repeats, let path = output.sheetPath {
      _ = try ImageWriter.encode(written.repeated(repeats.columns, repeats.rows), to: path)
    }
    return report
  }

  private mutating func make(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    let hold = try colorHold(session)
    let edit = TextureEdit(settings: try settings(), width: width, height: height, wrap: tile.wrap)
    let (made, outcome) = try edit.run(&session)
    return try session.finish(&self, made, outcome, hold: hold, to: output)
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
