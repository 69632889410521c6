/// Pixels to lay over an untouched picture, in the working space.
package struct Patch: Sendable {
  /// Where the patch stands in the picture; the other parts are of this size.
  package var rect: PixelRect
  /// Three channels: red, green and blue, sRGB-encoded, not multiplied by alpha.
  package var color: FloatImage
  /// The alpha the pixels are to have, 0...1; nil keeps the picture's.
  package var alpha: Mask?
  /// Only pixels where this is above 0 are written. It is no blending weight: `color` is final.
  package var changed: Mask

  package init(rect: PixelRect, color: FloatImage, alpha: Mask? = nil, changed: Mask) {
    precondition(color.channels == 3 && color.width == rect.width && color.height == rect.height)
    precondition(changed.width == rect.width && changed.height == rect.height)
    precondition(alpha.map { $0.width == rect.width && $0.height == rect.height } ?? true)
    self.rect = rect
    self.color = color
    self.alpha = alpha
    self.changed = changed
  }
}
