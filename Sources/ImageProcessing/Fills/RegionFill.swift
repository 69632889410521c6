package import Images

/// What a region of a picture holds before it is edited.
package enum RegionFill: String, Sendable, Codable, CaseIterable {
  /// Pieces of the region's surroundings.
  case patch
  /// The smoothest surface that meets the region's border.
  case border
  /// What was there, blurred until no form is left.
  case blur
  /// Middle grey.
  case neutral
  /// The surroundings mirrored in the region's border.
  case mirror
  /// Random colours.
  case noise
  /// What was there.
  case original
}

extension FloatImage {
  /// The picture with a region filled.
  ///
  /// - Parameters:
  ///   - mask: of the picture's size; the region is where it is over 0.
  ///   - seed: of what is random.
  package func filled(_ fill: RegionFill, in mask: Mask, seed: UInt64) throws -> FloatImage {
    try checkOverlay(of: self, mask: mask, channels: 3)
    let region = Mask(width: width, height: height, values: mask.values.map { $0 > 0 ? 1 : 0 })
    switch fill {
    case .patch: return try ExemplarCompletion(seed: seed).fill(self, mask: region)
    case .border: return try PoissonSeam.clone(flat(0), into: self, mask: region).image
    case .blur: return replaced(by: blurred(radius: max(2, Int(region.innerRadius() / 2))), in: region)
    case .neutral: return replaced(by: flat(0.5), in: region)
    case .mirror: return mirrored(into: region)
    case .noise:
      let generator = CounterGenerator(seed: seed)
      var noise = self
      for sample in noise.samples.indices {
        noise.samples[sample] = Float(generator.bits(UInt64(sample)) >> 40) / Float(1 << 24)
      }
      return replaced(by: noise, in: region)
    case .original: return self
    }
  }

  private func flat(_ value: Float) -> FloatImage {
    FloatImage(width: width, height: height, channels: channels, repeating: value)
  }

  private func replaced(by other: FloatImage, in region: Mask) -> FloatImage {
    var result = self
    for pixel in region.values.indices where region.values[pixel] > 0 {
      for sample in pixel * channels..<(pixel + 1) * channels {
        result.samples[sample] = other.samples[sample]
      }
    }
    return result
  }

  private func blurred(radius: Int) -> FloatImage {
    var result = self
    for channel in 0..<channels {
      let plane = stride(from: channel, to: samples.count, by: channels).map { samples[$0] }
      let soft = boxBlurred(plane, width: width, height: height, radius: radius, passes: 3)
      for pixel in soft.indices { result.samples[pixel * channels + channel] = soft[pixel] }
    }
    return result
  }
}
