import Images

/// A picture with a region missing, at one size: what the levels of a completion are made from.
struct ExemplarPlane {
  /// How much a pixel's place is worth when a plane is halved: 1 3 3 1, a binomial filter, along each axis.
  private static let taps: [Float] = [1, 3, 3, 1]

  let width: Int
  let height: Int
  /// Red, green and blue; the fourth place is 1 where they are known, else 0.
  private(set) var colors: [SIMD4<Float>]
  /// Strength of what is finer than the coarsest level shows, across and down.
  private(set) var detail: [SIMD2<Float>]
  /// What should be in the region, roughly; empty without a guide.
  private(set) var guide: [SIMD4<Float>]

  /// - Parameters:
  ///   - picture: 3 channels.
  ///   - mask: of its size, over 0 where the picture is unknown.
  ///   - guide: of its size, 3 channels.
  ///   - detailRadius: pixels to each side over which fine detail is averaged.
  init(_ picture: FloatImage, mask: Mask, guide: FloatImage?, detailRadius: Int) {
    (width, height) = (picture.width, picture.height)
    colors = mask.values.indices.map { pixel in
      picture.color(at: pixel, weight: mask.values[pixel] > 0 ? 0 : 1)
    }
    self.guide = guide.map { guide in mask.values.indices.map { guide.color(at: $0, weight: 0) } } ?? []
    detail = []
    detail = fineDetail(radius: detailRadius)
  }

  private init(width: Int, height: Int, hasGuide: Bool) {
    (self.width, self.height) = (width, height)
    colors = [SIMD4<Float>](repeating: .zero, count: width * height)
    detail = [SIMD2<Float>](repeating: .zero, count: width * height)
    guide = hasGuide ? colors : []
  }

  func luma(_ pixel: Int) -> Float {
    0.299 * colors[pixel].x + 0.587 * colors[pixel].y + 0.114 * colors[pixel].z
  }

  func isKnown(_ pixel: Int) -> Bool { colors[pixel].w > 0 }

  /// Mean difference of neighbours around each pixel, of those that are known.
  private func fineDetail(radius: Int) -> [SIMD2<Float>] {
    var across = [Float](repeating: 0, count: width * height)
    var down = across
    var known = across
    for y in 0..<max(0, height - 1) {
      for pixel in y * width..<(y + 1) * width - 1
      where isKnown(pixel) && isKnown(pixel + 1) && isKnown(pixel + width) {
        known[pixel] = 1
        across[pixel] = abs(luma(pixel + 1) - luma(pixel))
        down[pixel] = abs(luma(pixel + width) - luma(pixel))
      }
    }
    func blurred(_ plane: [Float]) -> [Float] {
      boxBlurred(plane, width: width, height: height, radius: radius, passes: 1)
    }
    (across, down, known) = (blurred(across), blurred(down), blurred(known))
    return known.indices.map { known[$0] > 0 ? SIMD2(across[$0], down[$0]) / known[$0] : .zero }
  }

  /// The plane at half size. A pixel is known where most of its four are; nothing unknown is mixed in.
  func halved() -> ExemplarPlane {
    var half = ExemplarPlane(width: (width + 1) / 2, height: (height + 1) / 2, hasGuide: !guide.isEmpty)
    for y in 0..<half.height {
      for x in 0..<half.width {
        let pixel = y * half.width + x
        var color = SIMD4<Float>.zero
        var detail = SIMD2<Float>.zero
        var guide = SIMD4<Float>.zero
        var known: Float = 0
        var own: Float = 0
        for j in 0..<4 {
          let row = min(max(2 * y - 1 + j, 0), height - 1) * width
          for i in 0..<4 {
            let from = row + min(max(2 * x - 1 + i, 0), width - 1)
            let tap = Self.taps[i] * Self.taps[j]
            let weight = tap * colors[from].w
            color += colors[from] * weight
            detail += self.detail[from] * weight
            known += weight
            // The middle four are the pixel's own.
            if tap == 9 { own += colors[from].w }
            if !self.guide.isEmpty { guide += self.guide[from] * tap }
          }
        }
        if known > 0 {
          half.colors[pixel] = color / known
          half.detail[pixel] = detail / known
        }
        half.colors[pixel].w = own > 2 ? 1 : 0
        if !self.guide.isEmpty { half.guide[pixel] = guide / 64 }
      }
    }
    return half
  }
}

extension FloatImage {
  fileprivate func color(at pixel: Int, weight: Float) -> SIMD4<Float> {
    SIMD4(samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2], weight)
  }
}
