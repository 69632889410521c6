#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Images

/// The tone curve of sRGB (IEC 61966-2-1), continued beyond 0...1: as an odd function below 0, as the same power
/// above 1, so that values a float file holds there survive.
package enum TransferFunction {
  /// Light from an encoded value.
  package static func linear(_ encoded: Float) -> Float {
    let magnitude = abs(encoded)
    let light =
      magnitude <= 0.04045 ? magnitude / 12.92 : powf((magnitude + 0.055) / 1.055, 2.4)
    return encoded < 0 ? -light : light
  }

  /// The encoded value of a light.
  package static func encoded(_ linear: Float) -> Float {
    let magnitude = abs(linear)
    let value =
      magnitude <= 0.003_130_8 ? magnitude * 12.92 : 1.055 * powf(magnitude, 1 / 2.4) - 0.055
    return linear < 0 ? -value : value
  }
}

extension FloatImage {
  /// Every sample through a function.
  package func mapped(_ transform: (Float) -> Float) -> FloatImage {
    var result = self
    for index in result.samples.indices { result.samples[index] = transform(result.samples[index]) }
    return result
  }
}
