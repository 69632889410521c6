package import Edits
import ImageCodecs
import ImageProcessing
import Images

/// Contact sheets of a batch, written as they fill up: 64 pictures each, whatever their number.
package struct ContactSheetFiles {
  /// Pictures on a sheet, 8 across.
  package static let capacity = 64
  /// Paths written so far.
  package private(set) var paths: [String] = []

  private static let columns = 8
  private let output: OutputRequest
  private let sheet = ContactSheet(columns: columns)
  private var pictures: [FloatImage] = []

  /// - Parameter output: the first sheet; further ones get `-002`, `-003`, ... before the extension.
  package init(_ output: OutputRequest) throws {
    try output.check()
    self.output = output
  }

  /// Puts a picture file on the current sheet; one that cannot be read leaves a grey place.
  package mutating func add(_ path: String) throws {
    pictures.append((try? thumbnail(path)) ?? FloatImage(width: 8, height: 8, channels: 3, repeating: 0.5))
    if pictures.count == Self.capacity { try write() }
  }

  /// Writes the last sheet.
  package mutating func finish() throws {
    if !pictures.isEmpty { try write() }
  }

  private func thumbnail(_ path: String) throws -> FloatImage {
    let image = try ImageReader.decode(path: path)
    let color = try WorkingColor(header: image.header, name: path, writesBack: false)
    var (picture, alpha) = color.pixels(of: image, in: image.bounds)
    if let alpha {
      // What is transparent shows the sheet.
      picture = try FloatImage(
        width: picture.width, height: picture.height, channels: 3, repeating: sheet.background
      ).composited(with: picture, alpha: alpha)
    }
    let longer = max(picture.width, picture.height)
    guard longer > sheet.cell else { return picture }
    return try picture.resized(
      width: max(1, picture.width * sheet.cell / longer),
      height: max(1, picture.height * sheet.cell / longer),
      filter: .area, inLinearLight: true)
  }

  private mutating func write() throws {
    let number = paths.count + 1
    let digits = "\(number)"
    let path =
      number == 1
      ? output.path
      : output.path.numbered("-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
    _ = try ImageWriter.encode(
      Image(generated: try sheet.image(of: pictures)), to: path, options: output.encodingOptions())
    paths.append(path)
    pictures = []
  }
}
