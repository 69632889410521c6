package import Images

/// How an edited picture is brought back to its source's colours, measured where both show the same thing.
package enum ColorMatchMethod: String, Sendable, Codable, CaseIterable {
  case none
  /// Mean and deviation in Lab: one shift and one contrast for the whole region.
  case meanAndDeviation = "lab"
  /// The low frequencies of the difference, carried on into the region (after StableSR, arXiv 2305.07015).
  case lowBand = "low-band"
}

/// What a colour match did.
package struct ColorMatchReport: Sendable, Equatable, Codable {
  /// Source minus edited on the ring, robust mean in Lab, before the match.
  package var shift: [Float]
  /// Blocks of 4 x 4 pixels that were compared; below 24 nothing is done.
  package var samples: Int
}

/// Moves the colours of an edited crop to those of its source.
///
/// Measured on the ring: pixels that the mask leaves alone, near it. Both crops show the same there, apart from
/// what the model's autoencoder did to the colours, which it also did inside the mask. Outliers are left out and
/// the correction is bounded, so that a ring that does differ cannot tint the result.
package struct ColorMatch: Sendable {
  package var method: ColorMatchMethod
  /// 0...1.
  package var strength: Float
  /// The largest shift in L, a and b.
  package var limit: Float
  /// The largest change of contrast, as a factor and its inverse.
  package var contrastLimit: Float

  /// Pixels around the mask that are matched too: a seam is closed between them and the mask's own.
  private static let margin: Float = 2

  package init(
    method: ColorMatchMethod, strength: Float = 1, limit: Float = 15, contrastLimit: Float = 1.25
  ) {
    self.method = method
    self.strength = strength
    self.limit = limit
    self.contrastLimit = contrastLimit
  }

  /// - Parameters:
  ///   - edited: sRGB-encoded, 3 channels.
  ///   - source: the same place before the edit.
  ///   - mask: over 0 where the picture was changed; only there, and up to two pixels
  ///     around it, the result differs from `edited`.
  package func apply(
    to edited: FloatImage, source: FloatImage, mask: Mask
  ) throws -> (image: FloatImage, report: ColorMatchReport) {
    try edited.checkOverlay(of: source, mask: mask, channels: 3)
    let distance = mask.distanceFromSelection()
    let ring = RingStatistics(edited: edited, source: source, distance: distance)
    let report = ColorMatchReport(shift: ring.shift, samples: ring.count)
    guard strength > 0, ring.count >= RingStatistics.minimumCount else { return (edited, report) }
    switch method {
    case .none:
      return (edited, report)
    case .meanAndDeviation:
      return (matchMeans(edited, ring, distance: distance), report)
    case .lowBand:
      return (matchLowBand(edited, source: source, mask: mask, distance: distance), report)
    }
  }

  private func matchMeans(_ edited: FloatImage, _ ring: RingStatistics, distance: [Float]) -> FloatImage {
    let shift = ring.shift.map { min(max($0, -limit), limit) * strength }
    let contrast = ring.contrast.map {
      1 + (min(max($0, 1 / contrastLimit), contrastLimit) - 1) * strength
    }
    let mean = ring.editedMean
    var result = edited
    for place in distance.indices where distance[place] <= Self.margin {
      let pixel = 3 * place
      var color = Lab(
        red: edited.samples[pixel], green: edited.samples[pixel + 1], blue: edited.samples[pixel + 2])
      color.l = mean[0] + (color.l - mean[0]) * contrast[0] + shift[0]
      color.a = mean[1] + (color.a - mean[1]) * contrast[1] + shift[1]
      color.b = mean[2] + (color.b - mean[2]) * contrast[2] + shift[2]
      let rgb = color.encoded
      result.samples[pixel] = rgb.red
      result.samples[pixel + 1] = rgb.green
      result.samples[pixel + 2] = rgb.blue
    }
    return result
  }

  /// Adds the blurred difference of the ring, normalised by the blurred ring, to the whole crop.
  private func matchLowBand(
    _ edited: FloatImage, source: FloatImage, mask: Mask, distance: [Float]
  ) -> FloatImage {
    let radius = max(8, Int(mask.innerRadius() / 2))
    // A bounded difference per pixel: an encoded step of 0.01 is about one L.
    let bound = limit / 100
    var ring = [Float](repeating: 0, count: distance.count)
    for pixel in distance.indices where distance[pixel] > 0 { ring[pixel] = 1 }
    let weight = boxBlurred(ring, width: edited.width, height: edited.height, radius: radius, passes: 3)
    var result = edited
    for channel in 0..<3 {
      var difference = [Float](repeating: 0, count: ring.count)
      var sum = 0.0
      var count = 0.0
      for pixel in ring.indices where ring[pixel] > 0 {
        let delta = source.samples[3 * pixel + channel] - edited.samples[3 * pixel + channel]
        difference[pixel] = min(max(delta, -bound), bound)
        sum += Double(difference[pixel])
        count += 1
      }
      let mean = Float(sum / max(count, 1))
      let low = boxBlurred(
        difference, width: edited.width, height: edited.height, radius: radius, passes: 3)
      // Where no ring is near, the whole ring's mean takes over.
      let floor: Float = 1e-3
      for pixel in ring.indices where distance[pixel] <= Self.margin {
        let correction = (low[pixel] + floor * mean) / (weight[pixel] + floor)
        result.samples[3 * pixel + channel] += correction * strength
      }
    }
    return result
  }
}
