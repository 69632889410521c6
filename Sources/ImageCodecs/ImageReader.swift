import CImageCodecs
package import Images

/// Reads a PNG, JPEG or TIFF file from top to bottom.
///
/// The header is read, and the limits are checked, on opening. Rows come in the file's own sample format, upright.
/// Interlaced, rotated and mirrored pictures are decoded whole on the first request, the others as rows are asked for.
/// One reader belongs to one thread at a time.
package final class ImageReader {
  /// After the last row its texts and XMP include those that follow the pixels.
  package private(set) var header: ImageHeader
  package private(set) var notices: [String]
  package private(set) var nextRow = 0

  private let call: CodecCall
  private var builder: HeaderBuilder
  private let converter: InkConverter?
  private let limits: ImageLimits
  private let storedWidth: Int
  private let storedHeight: Int
  /// The whole picture, where rows cannot be had one after the other.
  private var whole: [UInt8]?

  /// - Throws: `ImageCodecError`: missing input, bad data, over budget or I/O failure.
  package convenience init(path: String, limits: ImageLimits = ImageLimits()) throws {
    try self.init(DecoderHandle(path: path, limits: limits), path: path, limits: limits)
  }

  /// Reads a file that is in memory; `name` stands for it in messages.
  package convenience init(bytes: [UInt8], name: String = "picture", limits: ImageLimits = ImageLimits())
    throws
  {
    try self.init(DecoderHandle(bytes: bytes, path: name, limits: limits), path: name, limits: limits)
  }

  private init(_ decoder: DecoderHandle, path: String, limits: ImageLimits) throws {
    builder = HeaderBuilder(decoder)
    header = builder.header
    notices = builder.notices
    call = CodecCall(path: path, subject: builder.header.source?.fileFormat.name ?? "")
    self.limits = limits
    storedWidth = Int(decoder.info.width)
    storedHeight = Int(decoder.info.height)
    converter =
      decoder.info.color_channels == 4
      ? try InkConverter(
        profile: builder.inkProfile, sampleType: builder.header.format.sampleType, path: path)
      : nil
    if isHeldWhole { try checkMemory(copies: builder.orientation == .up ? 1 : 2) }
  }

  /// Whether the picture is decoded whole before its first row is there.
  package var isHeldWhole: Bool { builder.decoder.info.whole != 0 || builder.orientation != .up }

  /// The next `count` rows of `header.rowBytes` bytes each.
  ///
  /// - Throws: `ImageCodecError` when the file's bytes end early or contradict the format.
  package func readRows(_ count: Int) throws -> [UInt8] {
    precondition(count >= 0 && count <= header.height - nextRow)
    let rows: [UInt8]
    if isHeldWhole {
      if whole == nil { whole = try decodeWhole() }
      let start = nextRow * header.rowBytes
      rows = [UInt8](whole?[start..<start + count * header.rowBytes] ?? [])
    } else {
      rows = try storedRows(count)
    }
    advance(count)
    return rows
  }

  /// All rows from here to the last.
  package func readRemainingRows() throws -> [UInt8] {
    guard nextRow == 0 else { return try readRows(header.height - nextRow) }
    try checkMemory(copies: builder.orientation == .up ? 1 : 2)
    let rows = isHeldWhole ? try decodeWhole() : try storedRows(header.height)
    advance(header.height)
    return rows
  }

  /// Reads a whole picture.
  package static func decode(path: String, limits: ImageLimits = ImageLimits()) throws -> Image {
    try ImageReader(path: path, limits: limits).decoded()
  }

  /// Reads a whole picture that is in memory.
  package static func decode(
    bytes: [UInt8], name: String = "picture", limits: ImageLimits = ImageLimits()
  ) throws -> Image {
    try ImageReader(bytes: bytes, name: name, limits: limits).decoded()
  }

  private func decoded() throws -> Image {
    let rows = try readRemainingRows()
    return Image(header: header, bytes: rows, notices: notices)
  }

  private func advance(_ count: Int) {
    nextRow += count
    if nextRow == header.height { whole = nil }
  }

  private func decodeWhole() throws -> [UInt8] {
    try builder.orientation.applied(
      to: storedRows(storedHeight), width: storedWidth, height: storedHeight,
      pixelBytes: header.format.pixelBytes)
  }

  private func storedRows(_ count: Int) throws -> [UInt8] {
    let pixelBytes = converter == nil ? header.format.pixelBytes : 4 * header.format.sampleType.byteCount
    var rows = try builder.decoder.rows(count, rowBytes: storedWidth * pixelBytes, call: call)
    if let converter { rows = converted(rows, by: converter) }
    if isHeldWhole || nextRow + count == header.height {
      try builder.decoder.finish(call: call)
      builder.takeTexts()
      header = builder.header
      notices = builder.notices
    }
    return rows
  }

  /// In bands, because a conversion through floats takes several times the memory of its samples.
  private func converted(_ rows: [UInt8], by converter: InkConverter) -> [UInt8] {
    let band = 1 << 20
    if rows.count <= band { return converter.converted(rows) }
    var result: [UInt8] = []
    result.reserveCapacity(rows.count / 4 * 3)
    for start in stride(from: 0, to: rows.count, by: band) {
      result += converter.converted([UInt8](rows[start..<min(rows.count, start + band)]))
    }
    return result
  }

  /// The header's numbers are at most 32 bits wide, so these products fit 64 bits.
  private func checkMemory(copies: Int) throws {
    let info = builder.decoder.info
    let pixelBytes = max(
      header.format.pixelBytes, converter == nil ? 0 : 7 * header.format.sampleType.byteCount)
    let (pixels, tooMany) = header.width.multipliedReportingOverflow(by: header.height)
    let (picture, tooLarge) = pixels.multipliedReportingOverflow(by: pixelBytes * copies)
    let (needed, tooMuch) = picture.addingReportingOverflow(Int(clamping: info.decoder_bytes))
    if tooMany || tooLarge || tooMuch || needed > limits.maximumBytes {
      throw ImageCodecError(
        .overBudget, path: call.path,
        found:
          "decoding \(header.width) x \(header.height) pixels needs \(tooMany || tooLarge || tooMuch ? "too many" : "\(needed)") bytes",
        expected: "at most \(limits.maximumBytes)", advice: "raise the limit, or make the picture smaller")
    }
  }
}
