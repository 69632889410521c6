#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// sRGB's tone curve (IEC 61966-2-1), continued beyond 0...1 with the sign kept.
package enum SRGBCurve {
  /// Encoded value to linear light.
  package static func linear(_ encoded: Float) -> Float {
    let value = abs(encoded)
    let result = value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
    return encoded < 0 ? -result : result
  }

  /// Linear light to encoded value.
  package static func encoded(_ linear: Float) -> Float {
    let value = abs(linear)
    let result = value <= 0.0031308 ? value * 12.92 : 1.055 * powf(value, 1 / 2.4) - 0.055
    return linear < 0 ? -result : result
  }

  /// Relative luminance of linear light with sRGB's primaries.
  package static func luminance(red: Float, green: Float, blue: Float) -> Float {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
}
