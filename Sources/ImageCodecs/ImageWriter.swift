import CImageCodecs
package import Images

/// Writes a PNG, JPEG or TIFF file from top to bottom.
///
/// The file gets its name in `finish`; a writer that is let go before that leaves nothing. What the format cannot hold
/// is converted, and `notices` says so.
package final class ImageWriter {
  package let header: ImageHeader
  package let fileFormat: FileFormat
  package private(set) var notices: [String] = []
  package private(set) var nextRow = 0

  private let handle: EncoderHandle
  private let converter: RowConverter

  /// - Parameters:
  ///   - path: the output; nil writes to memory.
  ///   - header: the picture as rows will be given.
  /// - Throws: `ImageCodecError`: usage (unknown extension, a protected file), cannot create or I/O failure.
  package init(path: String?, header: ImageHeader, options: EncodingOptions = EncodingOptions()) throws {
    let plan = try EncodingPlan(path: path, header: header, options: options)
    self.header = header
    fileFormat = plan.fileFormat
    converter = plan.converter
    notices = plan.notices
    handle = try plan.open()
    try handle.begin()
    if handle.isProfileRefused {
      notices.append(
        "the colour profile is one that PNG readers refuse; it was left out (TIFF would keep it)")
    }
  }

  /// Appends whole rows, `header.rowBytes` bytes each.
  package func writeRows(_ rows: [UInt8]) throws {
    let count = rows.count / header.rowBytes
    precondition(count * header.rowBytes == rows.count && count <= header.height - nextRow)
    try handle.write(converter.converted(rows), count: count)
    nextRow += count
  }

  /// Ends the file, makes sure that it is on disk, and gives it its name.
  package func finish() throws { try handle.finish() }

  /// Writes a whole picture and returns what was noticed.
  @discardableResult
  package static func encode(_ image: Image, to path: String, options: EncodingOptions = EncodingOptions())
    throws
    -> [String]
  {
    let writer = try ImageWriter(path: path, header: image.header, options: options)
    try writer.writeAll(image.bytes)
    try writer.finish()
    return writer.notices
  }

  /// Writes a whole picture to memory.
  package static func encode(_ image: Image, options: EncodingOptions) throws -> [UInt8] {
    let writer = try ImageWriter(path: nil, header: image.header, options: options)
    try writer.writeAll(image.bytes)
    try writer.finish()
    return writer.handle.bytes
  }

  /// In bands where rows are converted, so that no second picture is held.
  private func writeAll(_ bytes: [UInt8]) throws {
    if converter.source == converter.target { return try writeRows(bytes) }
    let band = max(1, (1 << 20) / max(1, header.rowBytes))
    for row in stride(from: 0, to: header.height, by: band) {
      let end = min(header.height, row + band)
      try writeRows([UInt8](bytes[row * header.rowBytes..<end * header.rowBytes]))
    }
  }
}
