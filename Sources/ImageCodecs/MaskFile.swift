package import Images

/// Masks from and to picture files.
package enum MaskFile {
  /// What of a picture is taken as the mask.
  package enum Channel: Sendable, Hashable {
    /// How light a pixel is: its grey value, or Rec. 709's weights on its encoded colour; transparent counts as black.
    case luminance
    case alpha
  }

  /// Reads a mask of 0...1 from any picture that can be read, at its full precision, by rows.
  ///
  /// - Throws: `ImageCodecError`, also when alpha is asked for and the picture has none.
  package static func read(path: String, channel: Channel = .luminance, limits: ImageLimits = ImageLimits())
    throws
    -> (mask: Mask, notices: [String])
  {
    let reader = try reader(of: path, channel, limits)
    let (width, height) = (reader.header.width, reader.header.height)
    // The limit on pixels holds, so this product fits.
    let bytes = width * height * MemoryLayout<Float>.size
    guard bytes <= limits.maximumBytes else { throw tooLarge(bytes, limits, reader, path) }
    var values: [Float] = []
    values.reserveCapacity(width * height)
    while let rows = try nextValues(of: reader, channel) { values += rows }
    return (Mask(width: width, height: height, values: values), reader.notices)
  }

  /// Reads a mask as `read` does and keeps the part of it that selects something.
  ///
  /// - Parameter inverted: 1 less each value is the mask.
  package static func readPlaced(
    path: String, channel: Channel = .luminance, inverted: Bool = false, limits: ImageLimits = ImageLimits()
  ) throws -> (mask: PlacedMask, notices: [String]) {
    let reader = try reader(of: path, channel, limits)
    let width = reader.header.width
    var builder = PlacedMaskBuilder(
      width: width, height: reader.header.height, maximumBytes: limits.maximumBytes)
    while var rows = try nextValues(of: reader, channel) {
      if inverted { for index in rows.indices { rows[index] = 1 - rows[index] } }
      do {
        for start in stride(from: 0, to: rows.count, by: width) {
          try builder.append(rows[start..<start + width])
        }
      } catch {
        throw tooLarge(error.bytes, limits, reader, path)
      }
    }
    return (builder.finish(), reader.notices)
  }

  /// Writes a mask as a grey picture of 8 or 16 bits, PNG or TIFF.
  package static func write(
    _ mask: Mask, to path: String, sampleType: SampleType = .uint8,
    options: EncodingOptions = EncodingOptions()
  ) throws {
    let header = ImageHeader(
      width: mask.width, height: mask.height, format: PixelFormat(sampleType, .gray))
    let writer = try ImageWriter(path: path, header: header, options: options)
    let band = max(1, (1 << 18) / max(1, mask.width))
    for top in stride(from: 0, to: mask.height, by: band) {
      let values = mask.values[top * mask.width..<min(mask.height, top + band) * mask.width]
      var rows = [UInt8](repeating: 0, count: values.count * sampleType.byteCount)
      for (index, value) in values.enumerated() {
        SampleRow.store(value, in: &rows, sample: index, type: sampleType)
      }
      try writer.writeRows(rows)
    }
    try writer.finish()
  }

  private static func reader(of path: String, _ channel: Channel, _ limits: ImageLimits) throws -> ImageReader
  {
    let reader = try ImageReader(path: path, limits: limits)
    guard channel == .luminance || reader.header.format.alpha != .none else {
      throw ImageCodecError(
        .badData, path: path, found: "the picture has no alpha channel",
        expected: "one to take the mask from",
        advice: "save it with transparency, or use its brightness instead")
    }
    return reader
  }

  private static func tooLarge(
    _ bytes: Int, _ limits: ImageLimits, _ reader: ImageReader, _ path: String
  ) -> ImageCodecError {
    ImageCodecError(
      .overBudget, path: path,
      found: "a mask of \(reader.header.width) x \(reader.header.height) needs \(bytes) bytes",
      expected: "at most \(limits.maximumBytes)")
  }

  /// The values of the next rows; nil at the end.
  private static func nextValues(of reader: ImageReader, _ channel: Channel) throws -> [Float]? {
    let (format, height) = (reader.header.format, reader.header.height)
    guard reader.nextRow < height else { return nil }
    let band = max(1, (1 << 18) / max(1, reader.header.width))
    let rows = try reader.readRows(min(band, height - reader.nextRow))
    let samples = SampleRow.floats(
      of: rows, from: 0, count: rows.count / format.sampleType.byteCount, type: format.sampleType)
    return stride(from: 0, to: samples.count, by: format.channels).map { start in
      value(of: samples[start..<start + format.channels], format, channel)
    }
  }

  private static func value(of pixel: ArraySlice<Float>, _ format: PixelFormat, _ channel: Channel) -> Float {
    let first = pixel.startIndex
    let alpha = format.alpha == .none ? 1 : pixel[first + format.colorChannels]
    if channel == .alpha { return clamped(alpha) }
    var light = pixel[first]
    if format.colorModel == .rgb, light != pixel[first + 1] || light != pixel[first + 2] {
      light = SRGBCurve.luminance(red: light, green: pixel[first + 1], blue: pixel[first + 2])
    }
    return clamped(format.alpha == .straight ? light * alpha : light)
  }

  private static func clamped(_ value: Float) -> Float { min(1, max(0, value)) }
}
