package import Images

/// How far a selection's border is softened, inward.
package enum Feather: Sendable, Equatable {
  /// 4 pixels, or a tenth of the region's inner radius if that is more.
  case automatic
  /// So many pixels; 0 is a hard edge.
  case pixels(Float)

  /// For a region of an inner radius: never more than half of it, so that its middle is the edit's alone.
  func width(innerRadius: Float) -> Float {
    let wanted: Float =
      switch self {
      case .automatic: max(4, 0.1 * innerRadius)
      case .pixels(let pixels): max(0, pixels)
      }
    return min(wanted, innerRadius / 2)
  }
}

extension Mask {
  /// How much of an edit to show at each pixel: exactly 0 wherever the mask is 0, rising smoothly inward over the
  /// feather's width, 1 beyond.
  ///
  /// Pixels selected by less than a half fade besides: the model hardly changed them, and its picture of them is
  /// less sharp than the source. Each connected part has a width of its own, by its own inner radius. The picture's border is not softened.
  package func feathered(_ feather: Feather) -> (alpha: Mask, widest: Float) {
    let depth = depth()
    let parts = MaskRegions(of: self)
    var radii = [Float](repeating: 0, count: parts.regions.count)
    for pixel in depth.indices where parts.labels[pixel] >= 0 {
      let label = Int(parts.labels[pixel])
      radii[label] = max(radii[label], depth[pixel])
    }
    let widths = radii.map {
      feather.width(innerRadius: $0.isFinite ? $0 : Float(max(width, height)) / 2)
    }
    var alpha = Mask(width: width, height: height)
    for pixel in depth.indices where parts.labels[pixel] >= 0 {
      let t = min(1, depth[pixel] / (widths[Int(parts.labels[pixel])] + 1))
      alpha.values[pixel] = t * t * (3 - 2 * t) * min(1, 2 * values[pixel])
    }
    return (alpha, widths.max() ?? 0)
  }
}
