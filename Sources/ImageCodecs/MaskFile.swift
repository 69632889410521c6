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
    let reader = try ImageReader(path: path, limits: limits)
    let format = reader.header.format
    guard channel == .luminance || format.alpha != .none else {
      throw ImageCodecError(
        .badData, path: path, found: "the picture has no alpha channel",
        expected: "one to take the mask from",
        advice: "save it with transparency, or use its brightness instead")
    }
    let (width, height) = (reader.header.width, reader.header.height)
    // The limit on pixels holds, so this product fits.
    guard width * height <= limits.maximumBytes / MemoryLayout<Float>.size else {
      throw ImageCodecError(
        .overBudget, path: path, found: "a mask of \(width) x \(height) needs \(width * height * 4) bytes",
        expected: "at most \(limits.maximumBytes)")
    }
    var values: [Float] = []
    values.reserveCapacity(width * height)
    let band = max(1, (1 << 18) / max(1, width))
    while reader.nextRow < height {
      let rows = try reader.readRows(min(band, height - reader.nextRow))
      let samples = SampleRow.floats(
        of: rows, from: 0, count: rows.count / format.sampleType.byteCount, type: format.sampleType)
      for start in stride(from: 0, to: samples.count, by: format.channels) {
        values.append(value(of: samples[start..<start + format.channels], format, channel))
      }
    }
    return (Mask(width: width, height: height, values: values), reader.notices)
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
