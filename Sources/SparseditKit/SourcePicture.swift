import ImageCodecs
import ImageProcessing
import Images
import Pipelines

/// A picture to be edited, read from its file as often as needed and never held whole by us.
struct SourcePicture {
  let path: String
  let header: ImageHeader
  let notices: [String]
  private let color: WorkingColor

  /// Rows that are read and written at a time.
  private static let band = 64

  /// Reads the header. Throws `ImageCodecError`.
  init(path: String) throws {
    self.path = path
    let reader = try ImageReader(path: path)
    header = reader.header
    notices = reader.notices.map { "\(path): \($0)" }
    color = try WorkingColor(header: reader.header, name: path)
  }

  /// The pixels of `rect` in the working space, mirrored where it reaches over the border.
  func crop(_ rect: PixelRect) throws -> FloatImage {
    let inside = rect.intersection(header.bounds)
    let pixels = try rows(inside).color
    guard inside != rect else { return pixels }
    return pixels.cropped(
      to: PixelRect(x: rect.x - inside.x, y: rect.y - inside.y, width: rect.width, height: rect.height))
  }

  /// The alpha of `rect`, which lies inside the picture; nil where there is none.
  func alpha(_ rect: PixelRect) throws -> Mask? { try rows(rect).alpha }

  private func rows(_ rect: PixelRect) throws -> (color: FloatImage, alpha: Mask?) {
    let reader = try ImageReader(path: path)
    while reader.nextRow < rect.y { _ = try reader.readRows(min(Self.band, rect.y - reader.nextRow)) }
    let bytes = try reader.readRows(rect.height)
    return color.pixels(
      ofRows: bytes, width: header.width,
      in: PixelRect(x: rect.x, y: 0, width: rect.width, height: rect.height))
  }

  /// Copies the picture to `output` with `patch` over it, band by band; rows it does not touch keep their bytes.
  /// From JPEG to JPEG, every block of coefficients that it does not touch is kept.
  ///
  /// - Returns: what was noticed while writing.
  func write(
    with patch: Patch, to output: OutputRequest, recipe: Recipe, protecting inputs: [String]
  ) throws -> [String] {
    let reader = try ImageReader(path: path)
    var header = reader.header
    header.metadata.recipe = output.recordsRecipe ? try recipe.parameters() : nil
    let options = output.encodingOptions(protecting: inputs)
    if FileFormat(path: output.path) == .jpeg, JPEGPatcher.obstacle(for: header, options: options) == nil {
      return try JPEGPatcher.write(
        [patch], over: path, header: header, color: color, to: output.path, options: options)
    }
    let writer = try ImageWriter(path: output.path, header: header, options: options)
    while reader.nextRow < header.height {
      let first = reader.nextRow
      var bytes = try reader.readRows(min(Self.band, header.height - first))
      try color.apply(patch, toRows: &bytes, width: header.width, firstRow: first)
      try writer.writeRows(bytes)
    }
    try writer.finish()
    return writer.notices
  }
}
