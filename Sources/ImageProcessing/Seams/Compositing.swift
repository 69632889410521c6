package import Images

extension FloatImage {
  /// This picture with a patch laid over it; a pixel of alpha 0 keeps its samples, bit for bit.
  ///
  /// - Parameters:
  ///   - patch: pixels in this picture's colour space.
  ///   - alpha: of the patch's size.
  ///   - x: where the patch's left edge lies; parts beyond this picture are dropped. `y` likewise.
  ///   - inLinearLight: mix light, taking samples as sRGB-encoded; otherwise mix code values.
  package func composited(
    with patch: FloatImage, alpha: Mask, x: Int = 0, y: Int = 0, inLinearLight: Bool = true
  ) throws -> FloatImage {
    guard patch.channels == channels else {
      throw ImageProcessingError.channels(name: "the patch", expected: "\(channels)", found: patch.channels)
    }
    guard alpha.width == patch.width, alpha.height == patch.height else {
      throw ImageProcessingError.size(
        name: "the patch's alpha", expectedWidth: patch.width, expectedHeight: patch.height,
        foundWidth: alpha.width, foundHeight: alpha.height)
    }
    var result = self
    let columns = max(0, -x)..<max(max(0, -x), min(patch.width, width - x))
    let rows = max(0, -y)..<max(max(0, -y), min(patch.height, height - y))
    for row in rows {
      for column in columns {
        let weight = alpha.values[row * patch.width + column]
        guard weight > 0 else { continue }
        let from = (row * patch.width + column) * channels
        let to = ((row + y) * width + column + x) * channels
        for channel in 0..<channels {
          result.samples[to + channel] = mixed(
            samples[to + channel], patch.samples[from + channel], weight, inLinearLight: inLinearLight)
        }
      }
    }
    return result
  }

  /// Checks that an edited crop, its source and a mask lie over each other.
  func checkOverlay(of source: FloatImage, mask: Mask, channels expected: Int) throws {
    guard channels == expected, source.channels == expected else {
      throw ImageProcessingError.channels(
        name: "the crop", expected: "\(expected)", found: channels == expected ? source.channels : channels)
    }
    guard source.width == width, source.height == height else {
      throw ImageProcessingError.size(
        name: "the source", expectedWidth: width, expectedHeight: height, foundWidth: source.width,
        foundHeight: source.height)
    }
    guard mask.width == width, mask.height == height else {
      throw ImageProcessingError.size(
        name: "the mask", expectedWidth: width, expectedHeight: height, foundWidth: mask.width,
        foundHeight: mask.height)
    }
  }
}

/// One sample over another.
package func mixed(_ under: Float, _ over: Float, _ weight: Float, inLinearLight: Bool) -> Float {
  if weight >= 1 { return over }
  guard inLinearLight else { return under + (over - under) * weight }
  let below = SRGBCurve.linear(under)
  return SRGBCurve.encoded(below + (SRGBCurve.linear(over) - below) * weight)
}
