/// The light a picture is taken to have been lit by; correcting for it turns that light's white neutral.
///
/// The whites lie on the black-body locus (Krystek 1985, CIE 1960 u and v) shifted so that 6504 K is exactly
/// D65, which is therefore neutral. Tint moves across the locus by `tint / 3000` in u, v, the step raw
/// converters use (DNG SDK). As in those, a higher temperature makes the picture warmer and a positive tint
/// makes it more magenta.
package struct WhiteBalance: Sendable, Equatable {
  package static let neutralTemperature = 6504.0
  package static let temperatures = 1500.0...25_000.0
  package static let tints = -150.0...150.0

  package let temperature: Double
  package let tint: Double

  /// - Parameters:
  ///   - temperature: 1500...25000 kelvin.
  ///   - tint: -150...150, 0 on the locus.
  package init(temperature: Double = neutralTemperature, tint: Double = 0) throws(GradingError) {
    guard Self.temperatures.contains(temperature) else {
      throw .parameter(
        name: "temperature", found: "\(temperature)", expected: "between 1500 and 25000 kelvin")
    }
    guard Self.tints.contains(tint) else {
      throw .parameter(name: "tint", found: "\(tint)", expected: "between -150 and 150")
    }
    self.temperature = temperature
    self.tint = tint
  }

  package var isNeutral: Bool { temperature == Self.neutralTemperature && tint == 0 }

  /// The light's chromaticity, CIE 1931 x and y.
  package var chromaticity: (x: Double, y: Double) {
    let d65 = Self.uv(x: 0.3127, y: 0.3290)
    let neutral = Self.locus(Self.neutralTemperature)
    let here = Self.locus(temperature)
    let ahead = Self.locus(temperature * 1.001)
    let direction = ahead - here
    let length = (direction * direction).sum().squareRoot()
    // With the locus running towards blue this normal points to green, away from magenta. Light that is
    // greener than assumed makes the corrected picture more magenta.
    let normal = SIMD2(direction.y, -direction.x) / length
    let uv = here + (d65 - neutral) + normal * (tint / 3000)
    let scale = 2 * uv.x - 8 * uv.y + 4
    return (3 * uv.x / scale, 2 * uv.y / scale)
  }

  /// The correction as a matrix on linear light of the given primaries.
  ///
  /// Von Kries adaptation in Bradford's cone space from the light to D65, scaled so that grey keeps its
  /// luminance: brightness is exposure's business.
  package func matrix(in space: WorkingSpace) -> Matrix3 {
    let (x, y) = chromaticity
    let adaptation = Self.adaptation(
      from: WorkingSpace.xyz(x: x, y: y), to: WorkingSpace.xyz(x: 0.3127, y: 0.3290))
    let matrix = space.fromXYZ * adaptation * space.toXYZ
    let luminance = (space.luminance * (matrix * SIMD3(repeating: 1))).sum()
    return Matrix3(diagonal: SIMD3(repeating: 1 / luminance)) * matrix
  }

  /// Maps XYZ under one white to XYZ under another by scaling Bradford's cone responses.
  static func adaptation(from source: SIMD3<Double>, to target: SIMD3<Double>) -> Matrix3 {
    bradfordInverse * Matrix3(diagonal: (bradford * target) / (bradford * source)) * bradford
  }

  /// Lam's Bradford transform from XYZ to sharpened cone responses.
  private static let bradford = Matrix3(
    SIMD3(0.8951, 0.2664, -0.1614), SIMD3(-0.7502, 1.7135, 0.0367), SIMD3(0.0389, -0.0685, 1.0296))
  private static let bradfordInverse = bradford.inverse ?? .identity

  private static func locus(_ kelvin: Double) -> SIMD2<Double> {
    let t = kelvin
    let u =
      (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t)
      / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t)
    let v =
      (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t)
      / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t)
    return SIMD2(u, v)
  }

  private static func uv(x: Double, y: Double) -> SIMD2<Double> {
    let scale = -2 * x + 12 * y + 3
    return SIMD2(4 * x / scale, 6 * y / scale)
  }
}
