package import Images
import ImageProcessing

/// A picture taken apart: how much of each pixel is foreground, and what either layer looks like alone.
package struct Matte: Sendable, Equatable {
  /// 1 where the foreground covers the pixel.
  package var alpha: Mask
  /// (height, width, 3), sRGB-encoded, not multiplied by alpha. Where alpha is 1 it is the picture, exactly.
  package var foreground: FloatImage
  /// The clean plate, of the same form; nil where the picture never held a background (it came with an alpha
  /// channel). Deep inside the foreground it is a smooth continuation of what is seen around it.
  package var background: FloatImage?

  package init(alpha: Mask, foreground: FloatImage, background: FloatImage?) {
    self.alpha = alpha
    self.foreground = foreground
    self.background = background
  }

  /// The foreground over another background, mixed in linear light.
  ///
  /// - Parameter background: (height, width, 3), sRGB-encoded, of the matte's size. Where alpha is 0 the result is
  ///   this, exactly; where it is 1, the foreground.
  package func over(_ background: FloatImage) throws -> FloatImage {
    try MattingError.checkSize(of: "the matte", alpha.width, alpha.height, matches: background)
    return try background.composited(with: foreground, alpha: alpha)
  }

  /// The foreground with alpha as fourth channel.
  ///
  /// - Parameter premultiplied: colours multiplied by alpha as they are encoded, the way TIFF's associated alpha
  ///   stores them; otherwise straight, each colour as the foreground alone would show it.
  package func cutOut(premultiplied: Bool) -> FloatImage {
    var result = FloatImage(width: alpha.width, height: alpha.height, channels: 4)
    for pixel in alpha.values.indices {
      let factor = premultiplied ? alpha.values[pixel] : 1
      for c in 0..<3 { result.samples[pixel * 4 + c] = foreground.samples[pixel * 3 + c] * factor }
      result.samples[pixel * 4 + 3] = alpha.values[pixel]
    }
    return result
  }
}
