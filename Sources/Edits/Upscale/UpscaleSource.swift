import ImageCodecs
import ImageProcessing
import Images

/// The picture that is enlarged: its header, its colours, and its rows as often as needed.
struct UpscaleSource {
  let path: String
  let header: ImageHeader
  let notices: [String]
  let color: WorkingColor
  /// Stand-ins for the colours of transparent pixels; nil where there is no alpha.
  private let hidden: HiddenColors?

  /// Rows of the file that are read at a time.
  private static let band = 16

  /// Reads the header, and once through a picture with alpha. Throws `ImageCodecError`.
  init(path: String) throws {
    self.path = path
    let reader = try ImageReader(path: path)
    header = reader.header
    notices = reader.notices.map { "\(path): \($0)" }
    color = try WorkingColor(header: reader.header, name: path)
    guard header.format.alpha != .none else {
      hidden = nil
      return
    }
    var hidden = HiddenColors(width: header.width, height: header.height)
    while let rows = try Self.rows(of: reader, color) { hidden.look(at: rows) }
    hidden.fill()
    self.hidden = hidden
  }

  /// The next rows as the file has them, in the working space; nil after the last.
  private static func rows(of reader: ImageReader, _ color: WorkingColor) throws -> PictureRows? {
    let count = min(band, reader.header.height - reader.nextRow)
    guard count > 0 else { return nil }
    let pixels = color.pixels(
      ofRows: try reader.readRows(count), width: reader.header.width,
      in: PixelRect(x: 0, y: 0, width: reader.header.width, height: count))
    return PictureRows(color: pixels.color, alpha: pixels.alpha)
  }

  /// The next rows with nothing hidden.
  fileprivate func rows(of reader: ImageReader) throws -> PictureRows? {
    let first = reader.nextRow
    guard let rows = try Self.rows(of: reader, color) else { return nil }
    return hidden?.replaced(in: rows, first: first) ?? rows
  }

  /// Begins to hand over the enlarged picture from the top, the next so many rows at each call.
  func enlarged(width: Int, height: Int) throws -> (Int) throws -> PictureRows {
    let rows = try EnlargedRows(source: self, width: width, height: height)
    return { try rows.next($0) }
  }
}

/// A picture's rows, enlarged, in the working space; read from the file as they are asked for.
private final class EnlargedRows {
  private let source: UpscaleSource
  private let reader: ImageReader
  private var enlargement: Enlargement
  /// Rows that are enlarged; those before row `taken` were handed over.
  private var ready: PictureRows
  private var taken = 0

  init(source: UpscaleSource, width: Int, height: Int) throws {
    self.source = source
    reader = try ImageReader(path: source.path)
    let hasAlpha = source.header.format.alpha != .none
    enlargement = Enlargement(
      width: source.header.width, height: source.header.height, hasAlpha: hasAlpha, outputWidth: width,
      outputHeight: height)
    ready = PictureRows(
      color: FloatImage(width: width, height: 0, channels: 3),
      alpha: hasAlpha ? Mask(width: width, height: 0) : nil)
  }

  func next(_ count: Int) throws -> PictureRows {
    while ready.count - taken < count, let rows = try source.rows(of: reader) {
      ready.removeFirst(taken)
      taken = 0
      ready.append(enlargement.push(rows))
    }
    let result = ready[taken..<min(ready.count, taken + count)]
    taken += result.count
    return result
  }
}
