package import Images

extension FloatImage {
  /// The picture with a region continued from what lies around it: every pixel of the region is what its mirror image
  /// in the region's border shows, or the nearest pixel of the border where the mirror image lies in the region too.
  ///
  /// An encoder that sees beyond a region's border then finds a surface that goes on, not what is to be replaced.
  /// Where everything is selected the picture stays as it is.
  ///
  /// - Parameter mask: of the picture's size; the region is where it is 1.
  package func mirrored(into mask: Mask) -> FloatImage {
    assert(mask.width == width && mask.height == height)
    let nearest = nearestSeeds(width: width, height: height) { mask.values[$0] < 1 }
    var result = self
    for pixel in mask.values.indices where mask.values[pixel] >= 1 {
      let border = Int(nearest[pixel])
      guard border >= 0 else { return self }
      let x = min(max(2 * (border % width) - pixel % width, 0), width - 1)
      let y = min(max(2 * (border / width) - pixel / width, 0), height - 1)
      let mirror = y * width + x
      let shown = mask.values[mirror] < 1 ? mirror : border
      for channel in 0..<channels {
        result.samples[pixel * channels + channel] = samples[shown * channels + channel]
      }
    }
    return result
  }
}
