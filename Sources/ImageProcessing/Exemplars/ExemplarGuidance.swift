/// What a guide shows around each pixel of a level and what the picture does: means over patches, times a weight.
struct ExemplarGuidance {
  let guide: [SIMD4<Float>]
  let surroundings: [SIMD4<Float>]

  /// Nil if the plane has no guide, or it weighs nothing.
  ///
  /// - Parameter weight: of a squared difference of means, beside that of one pixel's colours.
  init?(_ plane: ExemplarPlane, weight: Float) {
    guard !plane.guide.isEmpty, weight > 0 else { return nil }
    let root = weight.squareRoot()
    func blurred(_ values: [Float]) -> [Float] {
      boxBlurred(values, width: plane.width, height: plane.height, radius: ExemplarLevel.radius, passes: 1)
    }
    let known = blurred(plane.colors.map(\.w))
    var guide = [SIMD4<Float>](repeating: .zero, count: plane.guide.count)
    var surroundings = guide
    for channel in 0..<3 {
      let painted = blurred(plane.guide.map { $0[channel] })
      let seen = blurred(plane.colors.map { $0[channel] * $0.w })
      for pixel in guide.indices {
        guide[pixel][channel] = root * painted[pixel]
        surroundings[pixel][channel] = known[pixel] > 0 ? root * seen[pixel] / known[pixel] : 0
      }
    }
    (self.guide, self.surroundings) = (guide, surroundings)
  }
}
