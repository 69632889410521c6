#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Images

/// A colour in CIE 1976 L*a*b*, white D65: L in 0...100 for colours between black and white.
package struct Lab: Sendable, Equatable {
  package var l: Float
  package var a: Float
  package var b: Float

  package init(l: Float, a: Float, b: Float) {
    self.l = l
    self.a = a
    self.b = b
  }

  /// - Parameters: linear light of the sRGB primaries.
  package init(linearRed red: Float, green: Float, blue: Float) {
    // Rows sum to the white point, so that grey has a = b = 0 exactly up to rounding.
    let x = (0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / Self.whiteX
    let y = 0.212_672_9 * red + 0.715_152_2 * green + 0.072_175_0 * blue
    let z = (0.019_333_9 * red + 0.119_192_0 * green + 0.950_304_1 * blue) / Self.whiteZ
    let (fx, fy, fz) = (Self.compressed(x), Self.compressed(y), Self.compressed(z))
    l = 116 * fy - 16
    a = 500 * (fx - fy)
    b = 200 * (fy - fz)
  }

  /// - Parameters: sRGB-encoded values.
  package init(red: Float, green: Float, blue: Float) {
    self.init(
      linearRed: SRGBCurve.linear(red), green: SRGBCurve.linear(green),
      blue: SRGBCurve.linear(blue))
  }

  /// Linear light of the sRGB primaries; may leave 0...1 for colours outside their gamut.
  package var linear: (red: Float, green: Float, blue: Float) {
    let fy = (l + 16) / 116
    let x = Self.expanded(fy + a / 500) * Self.whiteX
    let y = Self.expanded(fy)
    let z = Self.expanded(fy - b / 200) * Self.whiteZ
    return (
      3.240_454_2 * x - 1.537_138_5 * y - 0.498_531_4 * z,
      -0.969_266_0 * x + 1.876_010_8 * y + 0.041_556_0 * z,
      0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z
    )
  }

  /// sRGB-encoded values.
  package var encoded: (red: Float, green: Float, blue: Float) {
    let light = linear
    return (
      SRGBCurve.encoded(light.red), SRGBCurve.encoded(light.green),
      SRGBCurve.encoded(light.blue)
    )
  }

  private static let whiteX: Float = 0.950_470_0
  private static let whiteZ: Float = 1.088_830_0

  private static func compressed(_ t: Float) -> Float {
    t > 216.0 / 24389 ? cbrtf(t) : (24389.0 / 27 * t + 16) / 116
  }

  private static func expanded(_ f: Float) -> Float {
    f > 6.0 / 29 ? f * f * f : (116 * f - 16) * 27 / 24389
  }
}
