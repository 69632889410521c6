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
  /// Rows of the result that are handed over at a time.
  static let outputBand = 64

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

  /// The file once more from the top. Throws ``SparseditError`` where another picture has taken its place since.
  fileprivate func reopened() throws -> ImageReader {
    let reader = try ImageReader(path: path)
    let found = reader.header
    guard found.width == header.width, found.height == header.height, found.format == header.format else {
      throw SparseditError(
        .badData,
        "\(path): it was replaced while it was read: \(found.width) x \(found.height) pixels, "
          + "\(header.width) x \(header.height) before; leave it alone until the edit is done")
    }
    return reader
  }

  /// Begins to hand over the enlarged picture from the top, the next so many rows at each call.
  ///
  /// Colours are enlarged by the network for detail, alpha by Lanczos' kernel.
  func enlarged(_ enlargement: DetailEnlargement) throws -> (Int) throws -> PictureRows {
    let colors = try enlargement.begin {
      let reader = try reopened()
      return { _ in
        try rows(of: reader)?.color ?? FloatImage(width: header.width, height: 0, channels: 3)
      }
    }
    guard header.format.alpha != .none else {
      return { PictureRows(color: try colors($0), alpha: nil) }
    }
    let alphas = try EnlargedAlpha(
      source: self, width: enlargement.outputWidth, height: enlargement.outputHeight)
    return { count in
      let color = try colors(count)
      return PictureRows(color: color, alpha: try alphas.next(color.height))
    }
  }
}

/// A picture's alpha, enlarged; read from the file as it is asked for.
private final class EnlargedAlpha {
  private let source: UpscaleSource
  private let reader: ImageReader
  private var resampler: RowResampler
  /// Rows that are enlarged and not handed over.
  private var ready: [Float] = []

  init(source: UpscaleSource, width: Int, height: Int) throws {
    self.source = source
    reader = try source.reopened()
    resampler = RowResampler(
      width: source.header.width, height: source.header.height, channels: 1, outputWidth: width,
      outputHeight: height, filter: .lanczos3)
  }

  func next(_ count: Int) throws -> Mask {
    let width = resampler.outputWidth
    while ready.count < count * width, let rows = try source.rows(of: reader), let alpha = rows.alpha {
      for y in 0..<rows.count {
        resampler.push(Array(alpha.values[y * alpha.width..<(y + 1) * alpha.width])) { line in
          ready += line.map { min(1, max(0, $0)) }
        }
      }
    }
    defer { ready.removeFirst(count * width) }
    return Mask(width: width, height: count, values: Array(ready[..<(count * width)]))
  }
}
