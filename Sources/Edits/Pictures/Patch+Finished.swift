import ImageProcessing
import Images

extension Patch {
  /// A finished patch as final pixels: mixed with the source in linear light, cut to the picture.
  ///
  /// - Parameter fillsTransparency: the picture whose transparent part was repainted, which the patch makes
  ///   opaque as far as it covers; nil keeps the picture's alpha.
  init(
    _ finished: FinishedPatch, over source: FloatImage, at rect: PixelRect, within bounds: PixelRect,
    fillsTransparency picture: SourcePicture?
  ) throws {
    let inside = rect.intersection(bounds)
    let local = PixelRect(
      x: inside.x - rect.x, y: inside.y - rect.y, width: inside.width, height: inside.height)
    let color = try source.composited(with: finished.pixels, alpha: finished.alpha).cropped(to: local)
    let changed = finished.alpha.cropped(to: local)
    var alpha: Mask?
    if var opacity = try picture?.alpha(inside) {
      for index in opacity.values.indices {
        opacity.values[index] += (1 - opacity.values[index]) * changed.values[index]
      }
      alpha = opacity
    }
    self.init(rect: inside, color: color, alpha: alpha, changed: changed)
  }
}
