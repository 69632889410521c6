package import Images

/// Brings a picture's pixels to the working space and patches back into the picture's own samples.
///
/// The working space is red, green and blue with sRGB's primaries and tone curve as floats, colour not multiplied by
/// alpha; wider gamuts and float sources go outside 0...1. Works on rectangles, and from many threads.
package final class WorkingColor: Sendable {
  private enum Way: Sendable {
    /// The samples are sRGB already, as near as no eye can tell.
    case same
    /// A grey picture on sRGB's tone curve.
    case gray
    case profile(into: ColorTransform, back: ColorTransform?)
  }

  private let format: PixelFormat
  private let way: Way
  private let name: String

  /// - Parameters:
  ///   - header: of the picture, or of any picture of the same pixel format and profile.
  ///   - name: stands for the picture in messages.
  ///   - writesBack: false for pictures that are only looked at; some profiles work in that direction only.
  /// - Throws: `ImageCodecError` when the profile cannot be used.
  package init(header: ImageHeader, name: String = "picture", writesBack: Bool = true) throws {
    format = header.format
    self.name = name
    let channels = header.format.colorChannels
    let plain: Way = channels == 1 ? .gray : .same
    guard let icc = header.profile.icc else {
      way = plain
      return
    }
    let into = try ColorTransform(
      from: icc, channels: channels, to: nil, channels: 3, sampleType: .float32, path: name)
    if Self.isSRGB(into, channels: channels) {
      way = plain
      return
    }
    let back =
      writesBack
      ? try ColorTransform(
        from: nil, channels: 3, to: icc, channels: channels, sampleType: .float32, path: name) : nil
    way = .profile(into: into, back: back)
  }

  /// True when conversion changes nothing by more than a quarter of an 8-bit step. Most embedded profiles are sRGB, and
  /// the shortcut is exact, fast and without the clipping of their sampled curves.
  private static func isSRGB(_ transform: ColorTransform, channels: Int) -> Bool {
    var colors: [Float] = []
    for step in 0...32 { colors += [Float](repeating: Float(step) / 32, count: channels) }
    if channels == 3 {
      for red in 0...4 {
        for green in 0...4 {
          for blue in 0...4 { colors += [Float(red) / 4, Float(green) / 4, Float(blue) / 4] }
        }
      }
    }
    let results = transform.applied(to: colors).map(SRGBCurve.encoded)
    let repeats = 3 / channels
    return results.indices.allSatisfy { abs(results[$0] - colors[$0 / repeats]) < 0.25 / 255 }
  }

  /// The pixels of `rect` in the working space, and their alpha where the picture has one.
  package func pixels(of image: Image, in rect: PixelRect) -> (color: FloatImage, alpha: Mask?) {
    pixels(ofRows: image.bytes, width: image.width, in: rect)
  }

  /// The same from rows that were read separately: `rect` counts from the first of them.
  package func pixels(ofRows rows: [UInt8], width: Int, in rect: PixelRect) -> (
    color: FloatImage, alpha: Mask?
  ) {
    precondition(rect.x >= 0 && rect.y >= 0 && rect.maxX <= width)
    precondition(rect.maxY * width * format.pixelBytes <= rows.count)
    var color = FloatImage(width: rect.width, height: rect.height, channels: 3)
    var alpha = format.alpha == .none ? nil : Mask(width: rect.width, height: rect.height)
    for row in 0..<rect.height {
      let start = ((rect.y + row) * width + rect.x) * format.pixelBytes
      let samples = SampleRow.floats(
        of: rows, from: start, count: rect.width * format.channels, type: format.sampleType)
      let (colors, opacities) = separated(samples)
      let base = row * rect.width
      color.samples.replaceSubrange(base * 3..<(base + rect.width) * 3, with: working(colors))
      alpha?.values.replaceSubrange(base..<base + rect.width, with: opacities)
    }
    return (color, alpha)
  }

  /// Lays a patch over a picture: samples where nothing changed keep their bytes.
  ///
  /// - Throws: `ImageCodecError` for a profile that works in one direction only.
  package func apply(_ patch: Patch, to image: inout Image) throws {
    try apply(patch, toRows: &image.bytes, width: image.width, firstRow: 0)
  }

  /// The same on some of the picture's rows, the first of which is row `firstRow` of the picture.
  package func apply(_ patch: Patch, toRows rows: inout [UInt8], width: Int, firstRow: Int) throws {
    if case .profile(_, back: nil) = way {
      throw ImageCodecError(
        .badData, path: name, found: "its colour profile cannot be written to",
        advice: "convert the picture to a standard profile such as sRGB first")
    }
    let rowBytes = width * format.pixelBytes
    let band = PixelRect(x: 0, y: firstRow, width: width, height: rowBytes == 0 ? 0 : rows.count / rowBytes)
    let common = patch.rect.intersection(band)
    for y in common.y..<max(common.y, common.maxY) {
      write(patch, y: y, columns: common.x..<common.maxX, to: &rows, at: (y - firstRow) * width)
    }
  }

  private func write(_ patch: Patch, y: Int, columns: Range<Int>, to rows: inout [UInt8], at rowStart: Int) {
    let patchRow = (y - patch.rect.y) * patch.rect.width - patch.rect.x
    var x = columns.lowerBound
    while x < columns.upperBound {
      guard patch.changed.values[patchRow + x] > 0 else {
        x += 1
        continue
      }
      var end = x + 1
      while end < columns.upperBound && patch.changed.values[patchRow + end] > 0 { end += 1 }
      write(patch, pixels: patchRow + x..<patchRow + end, to: &rows, at: (rowStart + x) * format.pixelBytes)
      x = end
    }
  }

  /// Writes a run of changed pixels, counted in the patch, from a byte of the rows.
  private func write(_ patch: Patch, pixels: Range<Int>, to rows: inout [UInt8], at offset: Int) {
    let colors = stored([Float](patch.color.samples[pixels.lowerBound * 3..<pixels.upperBound * 3]))
    guard format.alpha != .none else {
      SampleRow.store(colors, in: &rows, from: offset, type: format.sampleType)
      return
    }
    let channels = format.colorChannels
    var samples = SampleRow.floats(
      of: rows, from: offset, count: pixels.count * format.channels, type: format.sampleType)
    for (index, pixel) in pixels.enumerated() {
      let target = index * format.channels
      if let wanted = patch.alpha { samples[target + channels] = wanted.values[pixel] }
      let factor = format.alpha == .associated ? samples[target + channels] : 1
      for channel in 0..<channels {
        samples[target + channel] = colors[index * channels + channel] * factor
      }
    }
    SampleRow.store(samples, in: &rows, from: offset, type: format.sampleType)
  }

  /// Colour not multiplied by alpha, and alpha.
  private func separated(_ samples: [Float]) -> (colors: [Float], alpha: [Float]) {
    if format.alpha == .none { return (samples, []) }
    let channels = format.colorChannels
    let count = samples.count / format.channels
    var colors = [Float](repeating: 0, count: count * channels)
    var alpha = [Float](repeating: 0, count: count)
    for pixel in 0..<count {
      let opacity = samples[pixel * format.channels + channels]
      alpha[pixel] = opacity
      let factor = format.alpha == .straight ? 1 : opacity > 0 ? 1 / opacity : 0
      for channel in 0..<channels {
        colors[pixel * channels + channel] = samples[pixel * format.channels + channel] * factor
      }
    }
    return (colors, alpha)
  }

  private func working(_ colors: [Float]) -> [Float] {
    switch way {
    case .same: return colors
    case .gray:
      var result = [Float](repeating: 0, count: colors.count * 3)
      for (pixel, value) in colors.enumerated() {
        for channel in 0..<3 { result[pixel * 3 + channel] = value }
      }
      return result
    case .profile(let into, _): return into.applied(to: colors).map(SRGBCurve.encoded)
    }
  }

  private func stored(_ colors: [Float]) -> [Float] {
    switch way {
    case .same: return colors
    case .gray:
      return (0..<colors.count / 3).map { pixel in
        let (red, green, blue) = (colors[pixel * 3], colors[pixel * 3 + 1], colors[pixel * 3 + 2])
        if red == green && green == blue { return red }
        return SRGBCurve.encoded(
          SRGBCurve.luminance(
            red: SRGBCurve.linear(red), green: SRGBCurve.linear(green), blue: SRGBCurve.linear(blue)))
      }
    case .profile(_, let back): return back?.applied(to: colors.map(SRGBCurve.linear)) ?? colors
    }
  }
}
