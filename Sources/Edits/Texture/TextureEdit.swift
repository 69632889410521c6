package import Images
package import LatentEditing
import Models

/// A seamless texture from a prompt: the canvas closes on itself, and so does everything done to it.
package struct TextureEdit: Sendable {
  package var settings: DiffusionSettings
  /// Pixels; nil is the model's native size.
  package var width: Int?
  package var height: Int?
  /// The axes along which the texture repeats.
  package var wrap: Wrap

  package init(settings: DiffusionSettings, width: Int?, height: Int?, wrap: Wrap) {
    self.settings = settings
    self.width = width
    self.height = height
    self.wrap = wrap
  }

  /// The texture, encoded sRGB in 0...1, and the latents it was decoded from.
  package func run(_ session: inout EditSession) throws -> (picture: FloatImage, outcome: EditSession.Outcome)
  {
    let size = try session.model.size(width: width, height: height)
    return try session.generate(settings, width: size.width, height: size.height, wrap: wrap)
  }

  /// The part of a photograph to repaint so that it repeats: a band along each border that is to vanish.
  ///
  /// - Parameter band: pixels on each side of a border.
  package static func borderMask(width: Int, height: Int, band: Int, wrap: Wrap) -> Mask {
    var mask = Mask(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        let nearX = wrap.closesX && min(x, width - 1 - x) < band
        let nearY = wrap.closesY && min(y, height - 1 - y) < band
        if nearX || nearY { mask[x, y] = 1 }
      }
    }
    return mask
  }
}
