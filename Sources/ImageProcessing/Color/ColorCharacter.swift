package import Images

/// The colours of a picture in six numbers: mean and deviation of L, a and b.
package struct ColorCharacter: Sendable, Equatable {
  /// L, a, b.
  package let mean: SIMD3<Float>
  package let deviation: SIMD3<Float>

  package init(mean: SIMD3<Float>, deviation: SIMD3<Float>) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The colours of several pictures taken together, sRGB-encoded, 3 channels; nil where nothing counts.
  ///
  /// - Parameter weights: how much each pixel counts, of the picture's size; nil counts all alike.
  package init?(of pictures: [(picture: FloatImage, weights: Mask?)]) {
    var total = 0.0
    var sum = SIMD3<Double>()
    var squares = SIMD3<Double>()
    for (picture, weights) in pictures {
      for pixel in 0..<picture.width * picture.height {
        let weight = Double(weights?.values[pixel] ?? 1)
        guard weight > 0 else { continue }
        let color = SIMD3<Double>(picture.lab(pixel))
        total += weight
        sum += weight * color
        squares += weight * color * color
      }
    }
    guard total > 0 else { return nil }
    let mean = sum / total
    self.mean = SIMD3<Float>(mean)
    let variance = (squares / total - mean * mean).clamped(
      lowerBound: SIMD3(), upperBound: SIMD3(repeating: .greatestFiniteMagnitude))
    deviation = SIMD3<Float>(variance.squareRoot())
  }

  /// How much contrast may change, as a factor and its inverse: a flat picture is not blown up.
  private static let contrastLimit: Float = 1.5

  /// `picture`, which has this character, with the character of `other`: each of L, a and b is shifted and
  /// stretched (Reinhard et al., "Color Transfer between Images", 2001).
  package func moving(_ picture: FloatImage, towards other: ColorCharacter) -> FloatImage {
    // A deviation below half a unit is noise: its ratio says nothing.
    let floor = SIMD3<Float>(repeating: 0.5)
    let ratio = other.deviation / deviation.replacing(with: floor, where: deviation .< floor)
    let limit = Self.contrastLimit
    let contrast = ratio.clamped(
      lowerBound: SIMD3(repeating: 1 / limit), upperBound: SIMD3(repeating: limit))
    var result = picture
    for pixel in 0..<picture.width * picture.height {
      let color = other.mean + (picture.lab(pixel) - mean) * contrast
      let encoded = Lab(l: color.x, a: color.y, b: color.z).encoded
      result.samples[3 * pixel] = encoded.red
      result.samples[3 * pixel + 1] = encoded.green
      result.samples[3 * pixel + 2] = encoded.blue
    }
    return result
  }
}

extension FloatImage {
  fileprivate func lab(_ pixel: Int) -> SIMD3<Float> {
    let color = Lab(red: samples[3 * pixel], green: samples[3 * pixel + 1], blue: samples[3 * pixel + 2])
    return SIMD3(color.l, color.a, color.b)
  }
}
