package import Images

/// Seamless cloning: the edit's gradients inside the mask, the source's values around it (Perez et al. 2003).
package enum PoissonSeam {
  /// The edited crop plus the smoothest correction that makes it meet the source around the mask.
  ///
  /// Outside the mask the result is the source. At the picture's border, where there is no source to meet, the
  /// correction is level. Every channel by itself, on samples as they are.
  ///
  /// - Returns: the picture, and the most solver steps a channel took.
  package static func clone(
    _ edited: FloatImage, into source: FloatImage, mask: Mask
  ) throws -> (image: FloatImage, steps: Int) {
    try edited.checkOverlay(of: source, mask: mask, channels: edited.channels)
    guard let box = mask.boundingBox() else { return (source, 0) }
    // One more pixel around the box holds every fixed value.
    let area = PixelRect(x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2)
      .intersection(PixelRect(x: 0, y: 0, width: mask.width, height: mask.height))
    let local = mask.cropped(to: area)
    let solver = PoissonSolver(mask: local)
    var result = source
    var steps = 0
    for channel in 0..<edited.channels {
      let sides = boundary(edited, source, mask: local, area: area, channel: channel)
      let (correction, taken) = solver.solve(sides)
      steps = max(steps, taken)
      for y in 0..<area.height {
        for x in 0..<area.width where local.values[y * area.width + x] > 0 {
          let sample = ((area.y + y) * edited.width + area.x + x) * edited.channels + channel
          result.samples[sample] = edited.samples[sample] + correction[y * area.width + x]
        }
      }
    }
    return (result, steps)
  }

  /// For each unknown the sum of source minus edited over its fixed neighbours.
  private static func boundary(
    _ edited: FloatImage, _ source: FloatImage, mask: Mask, area: PixelRect, channel: Int
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: mask.values.count)
    func difference(_ x: Int, _ y: Int) -> Float {
      let sample = ((area.y + y) * edited.width + area.x + x) * edited.channels + channel
      return source.samples[sample] - edited.samples[sample]
    }
    for y in 0..<mask.height {
      for x in 0..<mask.width where mask.values[y * mask.width + x] > 0 {
        let pixel = y * mask.width + x
        if x > 0, !(mask.values[pixel - 1] > 0) { sums[pixel] += difference(x - 1, y) }
        if x + 1 < mask.width, !(mask.values[pixel + 1] > 0) { sums[pixel] += difference(x + 1, y) }
        if y > 0, !(mask.values[pixel - mask.width] > 0) { sums[pixel] += difference(x, y - 1) }
        if y + 1 < mask.height, !(mask.values[pixel + mask.width] > 0) { sums[pixel] += difference(x, y + 1) }
      }
    }
    return sums
  }
}
