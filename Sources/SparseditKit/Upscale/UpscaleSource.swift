import ImageCodecs
import ImageProcessing
import Images
import Pipelines

/// The picture that is enlarged: its header, its colours, and its rows as often as needed.
struct UpscaleSource {
  let path: String
  let header: ImageHeader
  let notices: [String]
  let color: WorkingColor

  /// Reads the header. Throws `ImageCodecError`.
  init(path: String) throws {
    self.path = path
    let reader = try ImageReader(path: path)
    header = reader.header
    notices = reader.notices.map { "\(path): \($0)" }
    color = try WorkingColor(header: reader.header, name: path)
  }

  /// Begins to hand over the enlarged picture from the top, the next so many rows at each call.
  func enlarged(width: Int, height: Int) throws -> (Int) throws -> PictureRows {
    let rows = try EnlargedRows(source: self, width: width, height: height)
    return { try rows.next($0) }
  }
}

/// A picture's rows, enlarged, in the working space; read from the file as they are asked for.
private final class EnlargedRows {
  private let reader: ImageReader
  private let color: WorkingColor
  private var enlargement: Enlargement
  /// Rows that are enlarged; those before row `taken` were handed over.
  private var ready: PictureRows
  private var taken = 0

  /// Rows of the file that are read at a time.
  private static let band = 16

  init(source: UpscaleSource, width: Int, height: Int) throws {
    reader = try ImageReader(path: source.path)
    color = source.color
    let hasAlpha = reader.header.format.alpha != .none
    enlargement = Enlargement(
      width: reader.header.width, height: reader.header.height, hasAlpha: hasAlpha, outputWidth: width,
      outputHeight: height)
    ready = PictureRows(
      color: FloatImage(width: width, height: 0, channels: 3),
      alpha: hasAlpha ? Mask(width: width, height: 0) : nil)
  }

  func next(_ count: Int) throws -> PictureRows {
    while ready.count - taken < count, reader.nextRow < reader.header.height {
      let more = min(Self.band, reader.header.height - reader.nextRow)
      let bytes = try reader.readRows(more)
      let pixels = color.pixels(
        ofRows: bytes, width: reader.header.width,
        in: PixelRect(x: 0, y: 0, width: reader.header.width, height: more))
      ready.removeFirst(taken)
      taken = 0
      ready.append(enlargement.push(PictureRows(color: pixels.color, alpha: pixels.alpha)))
    }
    let result = ready[taken..<min(ready.count, taken + count)]
    taken += result.count
    return result
  }
}
