import ImageCodecs
import Images

/// Writes an enlarged picture from top to bottom, in the format, profile and metadata of its source.
final class UpscaleSink {
  private let color: WorkingColor
  private let header: ImageHeader
  private let output: OutputRequest
  private let options: EncodingOptions
  /// Made with the first rows: the file's temporary name then stands for hours less.
  private var writer: ImageWriter?

  /// - Throws: `SparseditError` for a size that the output's format cannot hold.
  init(
    _ output: OutputRequest, source: UpscaleSource, width: Int, height: Int, recipe: Recipe
  ) throws {
    let most = 65500
    guard FileFormat(path: output.path) != .jpeg || max(width, height) <= most else {
      throw SparseditError(
        .usage,
        "\(output.path): JPEG cannot hold \(width) x \(height) pixels, at most \(most) a side; choose PNG or TIFF"
      )
    }
    var header = source.header
    header.width = width
    header.height = height
    header.metadata.recipe =
      output.recordsRecipe ? try recipe.following(header.metadata.recipe).parameters() : nil
    self.header = header
    color = source.color
    self.output = output
    options = output.encodingOptions(protecting: [source.path])
  }

  func write(_ rows: PictureRows) throws {
    guard rows.count > 0 else { return }
    let writer = try writer ?? ImageWriter(path: output.path, header: header, options: options)
    self.writer = writer
    let rect = PixelRect(x: 0, y: writer.nextRow, width: header.width, height: rows.count)
    let patch = Patch(
      rect: rect, color: rows.color, alpha: rows.alpha,
      changed: Mask(width: rect.width, height: rect.height, repeating: 1))
    var bytes = [UInt8](repeating: 0, count: rows.count * header.rowBytes)
    try color.apply(patch, toRows: &bytes, width: header.width, firstRow: rect.y)
    try writer.writeRows(bytes)
  }

  /// Gives the file its name. Returns what was noticed while writing.
  func finish() throws -> [String] {
    try writer?.finish()
    return writer?.notices ?? []
  }
}
