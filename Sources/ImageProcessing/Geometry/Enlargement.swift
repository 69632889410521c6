package import Images

/// Enlarges a picture that arrives from top to bottom: Lanczos in linear light.
///
/// Where there is alpha, colours count by it; towards full transparency, where that says less and less, the colours
/// are enlarged as they are (see `HiddenColors`). Holds some rows, never the picture.
package struct Enlargement {
  package let width: Int
  package let height: Int
  private let hasAlpha: Bool
  private var resampler: RowResampler

  /// Opacity from which colours count by alpha alone.
  private static let seen: Float = 0.1

  /// - Parameters width, height: of the picture; all sizes are over 0.
  package init(width: Int, height: Int, hasAlpha: Bool, outputWidth: Int, outputHeight: Int) {
    self.width = outputWidth
    self.height = outputHeight
    self.hasAlpha = hasAlpha
    // Light; with alpha also light times alpha, and alpha.
    resampler = RowResampler(
      width: width, height: height, channels: hasAlpha ? 7 : 3, outputWidth: outputWidth,
      outputHeight: outputHeight, filter: .lanczos3)
  }

  /// Takes the next rows and answers those they complete, which may be none.
  package mutating func push(_ rows: PictureRows) -> PictureRows {
    var colors: [Float] = []
    var alphas: [Float] = []
    var count = 0
    for y in 0..<rows.count {
      var lines: [[Float]] = []
      resampler.push(line(y, of: rows)) { lines.append($0) }
      count += lines.count
      for output in lines {
        if hasAlpha {
          separate(output, into: &colors, &alphas)
        } else {
          colors.append(contentsOf: output.map(SRGBCurve.encoded))
        }
      }
    }
    return PictureRows(
      color: FloatImage(width: width, height: count, channels: 3, samples: colors),
      alpha: hasAlpha ? Mask(width: width, height: count, values: alphas) : nil)
  }

  private func line(_ y: Int, of rows: PictureRows) -> [Float] {
    let width = rows.color.width
    let light = rows.color.samples[y * width * 3..<(y + 1) * width * 3].map(SRGBCurve.linear)
    guard hasAlpha else { return light }
    var result = [Float](repeating: 0, count: width * 7)
    for x in 0..<width {
      let alpha = rows.alpha?.values[y * width + x] ?? 1
      for channel in 0..<3 {
        result[x * 7 + channel] = light[x * 3 + channel]
        result[x * 7 + 3 + channel] = light[x * 3 + channel] * alpha
      }
      result[x * 7 + 6] = alpha
    }
    return result
  }

  private func separate(_ line: [Float], into colors: inout [Float], _ alphas: inout [Float]) {
    for x in 0..<width {
      let alpha = line[x * 7 + 6]
      let weight = min(1, max(0, alpha / Self.seen))
      for channel in 0..<3 {
        var light = line[x * 7 + channel]
        if weight > 0 { light += weight * (line[x * 7 + 3 + channel] / alpha - light) }
        colors.append(SRGBCurve.encoded(light))
      }
      alphas.append(min(1, max(0, alpha)))
    }
  }
}
