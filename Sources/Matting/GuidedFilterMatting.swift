package import Images

/// Guided filtering: a trimap's or mask's border drawn towards the picture's edges, in linear time.
///
/// Much faster than closed-form matting and blind to anything wider than its radius: for very large pictures
/// and for masks that are right already. Sources: He, Sun and Tang, "Guided Image Filtering", PAMI 35 (2013);
/// the subsampling, He and Sun, "Fast Guided Filter" (2015). Memory: about 20 bytes a pixel.
package struct GuidedFilterMatting: Sendable, Equatable {
  /// The window's reach in pixels of the picture.
  package var radius = 16
  /// The variance of colour (in 0...1) below which a window counts as flat.
  package var epsilon = 1e-5

  /// A trimap's alpha is solved for at the size at which no more pixels than these are unknown.
  private static let solvedUnknowns = 20_000

  package init() {}

  /// Finds alpha at a reduced size by closed-form matting and carries it up with the picture as guide; where
  /// the trimap is known, alpha is exactly 0 or 1.
  package func alpha(of picture: FloatImage, trimap: Trimap) throws(MattingError) -> Mask {
    try MattingError.checkSize(of: "the trimap", trimap.width, trimap.height, matches: picture)
    try trimap.checkBothSides()
    var coarse = picture
    var labels = trimap
    var scale = 1
    while labels.unknownCount > Self.solvedUnknowns {
      let half = labels.halved()
      guard half.labels.contains(.foreground), half.labels.contains(.background) else { break }
      coarse = coarse.halved()
      labels = half
      scale *= 2
    }
    let alpha = try ClosedFormMatting().alpha(of: coarse, trimap: labels)
    if scale == 1 { return alpha }
    let model = ColorLinearModel(guide: try ColorReader(coarse), target: alpha, radius: 1, epsilon: epsilon)
    return model.enlarged(to: trimap, try ColorReader(picture), scale: scale)
  }

  /// Filters `mask` with the picture as guide; where `trimap` is known, alpha is exactly 0 or 1.
  package func alpha(of picture: FloatImage, mask: Mask, trimap: Trimap) throws(MattingError) -> Mask {
    try MattingError.checkSize(of: "the mask", mask.width, mask.height, matches: picture)
    try MattingError.checkSize(of: "the trimap", trimap.width, trimap.height, matches: picture)
    guard (1...4096).contains(radius) else {
      throw .parameter(name: "radius", found: "\(radius)", expected: "1...4096 pixels")
    }
    let colors = try ColorReader(picture)
    var coarse = picture
    var plane = FloatImage(width: mask.width, height: mask.height, channels: 1, samples: mask.values)
    var scale = 1
    while radius / scale >= 8 {
      coarse = coarse.halved()
      plane = plane.halved()
      scale *= 2
    }
    let model = ColorLinearModel(
      guide: try ColorReader(coarse),
      target: Mask(width: plane.width, height: plane.height, values: plane.samples),
      radius: max(1, radius / scale), epsilon: epsilon)
    return model.enlarged(to: trimap, colors, scale: scale)
  }
}
