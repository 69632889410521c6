import ImageCodecs
import ImageProcessing
import Images

/// A picture to be edited, read from its file as often as needed and never held whole by us.
///
/// Margins make it larger than its file: there it is the file's picture mirrored, until something is painted.
struct SourcePicture {
  let path: String
  /// Of the picture with its margins.
  let header: ImageHeader
  let notices: [String]
  let margins: PictureMargins
  private let file: ImageHeader
  private let color: WorkingColor

  /// Rows that are read and written at a time.
  private static let band = 64

  /// Reads the header. Throws `ImageCodecError`.
  init(path: String, margins: PictureMargins = .none) throws {
    self.path = path
    self.margins = margins
    let reader = try ImageReader(path: path)
    file = reader.header
    var header = reader.header
    header.width += margins.left + margins.right
    header.height += margins.top + margins.bottom
    self.header = header
    notices = reader.notices.map { "\(path): \($0)" }
    color = try WorkingColor(header: reader.header, name: path)
  }

  /// The pixels of `rect` in the working space, mirrored where it reaches over the border of the file's picture.
  func crop(_ rect: PixelRect) throws -> FloatImage {
    // From here on in the file's own coordinates.
    var rect = rect
    rect.x -= margins.left
    rect.y -= margins.top
    let source = rect.reflected(in: file.bounds)
    let pixels = try rows(source).color
    guard source != rect else { return pixels }
    return pixels.cropped(
      to: PixelRect(x: rect.x - source.x, y: rect.y - source.y, width: rect.width, height: rect.height))
  }

  /// The alpha of `rect`, which lies inside the file's picture; nil where there is none.
  func alpha(_ rect: PixelRect) throws -> Mask? { try rows(rect).alpha }

  private func rows(_ rect: PixelRect) throws -> (color: FloatImage, alpha: Mask?) {
    let reader = try ImageReader(path: path)
    while reader.nextRow < rect.y { _ = try reader.readRows(min(Self.band, rect.y - reader.nextRow)) }
    let bytes = try reader.readRows(rect.height)
    return color.pixels(
      ofRows: bytes, width: file.width,
      in: PixelRect(x: rect.x, y: 0, width: rect.width, height: rect.height))
  }

  /// Copies the picture to `output` with patches over it, band by band; rows they do not touch keep their bytes.
  /// From JPEG to JPEG, every block of coefficients that they do not touch is kept.
  ///
  /// - Returns: what was noticed while writing.
  func write(
    with patches: [Patch], to output: OutputRequest, recipe: Recipe, protecting inputs: [String]
  ) throws -> [String] {
    let reader = try ImageReader(path: path)
    var header = reader.header
    header.width = self.header.width
    header.height = self.header.height
    header.metadata.recipe =
      output.recordsRecipe ? try recipe.following(header.metadata.recipe).parameters() : nil
    let options = output.encodingOptions(protecting: inputs)
    if margins == .none, FileFormat(path: output.path) == .jpeg,
      JPEGPatcher.obstacle(for: header, options: options) == nil
    {
      return try JPEGPatcher.write(
        patches, over: path, header: header, color: color, to: output.path, options: options)
    }
    let writer = try ImageWriter(path: output.path, header: header, options: options)
    var first = 0
    while first < header.height {
      var bytes = try nextRows(of: reader, from: first)
      for patch in patches {
        try color.apply(patch, toRows: &bytes, width: header.width, firstRow: first)
      }
      try writer.writeRows(bytes)
      first += bytes.count / header.rowBytes
    }
    try writer.finish()
    return writer.notices
  }

  /// The next band of the picture with its margins, which are opaque black.
  private func nextRows(of reader: ImageReader, from row: Int) throws -> [UInt8] {
    let below = row - margins.top - file.height
    if row < margins.top || below >= 0 {
      let count = below >= 0 ? margins.bottom - below : margins.top - row
      return blank(header.width * min(Self.band, count))
    }
    let bytes = try reader.readRows(min(Self.band, file.height - reader.nextRow))
    guard margins.left + margins.right > 0 else { return bytes }
    let (left, right) = (blank(margins.left), blank(margins.right))
    var wide: [UInt8] = []
    wide.reserveCapacity(bytes.count / file.rowBytes * header.rowBytes)
    for start in stride(from: 0, to: bytes.count, by: file.rowBytes) {
      wide += left
      wide += bytes[start..<start + file.rowBytes]
      wide += right
    }
    return wide
  }

  private func blank(_ pixels: Int) -> [UInt8] {
    let format = file.format
    var pixel = [UInt8](repeating: 0, count: format.pixelBytes)
    if format.alpha != .none {
      SampleRow.store(1, in: &pixel, sample: format.colorChannels, type: format.sampleType)
    }
    return Array(repeatElement(pixel, count: pixels).joined())
  }
}
