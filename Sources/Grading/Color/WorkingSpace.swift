/// What a picture's RGB numbers mean: how they are encoded and what their primaries are.
package struct WorkingSpace: Sendable, Equatable {
  /// Tone responses of red, green and blue.
  package let responses: [ToneResponse]
  /// Linear RGB to XYZ; RGB (1, 1, 1) is the white, with Y = 1.
  package let toXYZ: Matrix3
  package let fromXYZ: Matrix3

  /// - Returns: nil unless there are three responses and the primaries span a space.
  package init?(responses: [ToneResponse], toXYZ: Matrix3) {
    guard responses.count == 3, let inverse = toXYZ.inverse else { return nil }
    self.responses = responses
    self.toXYZ = toXYZ
    fromXYZ = inverse
  }

  private init(
    _ response: ToneResponse, red: (Double, Double), green: (Double, Double), blue: (Double, Double)
  ) {
    let columns = Matrix3(
      Self.xyz(x: red.0, y: red.1), Self.xyz(x: green.0, y: green.1), Self.xyz(x: blue.0, y: blue.1)
    ).transposed
    let weights = (columns.inverse ?? .identity) * Self.xyz(x: 0.3127, y: 0.3290)
    let matrix = columns * Matrix3(diagonal: weights)
    responses = [response, response, response]
    toXYZ = matrix
    fromXYZ = matrix.inverse ?? .identity
  }

  package static let sRGB = WorkingSpace(
    .sRGB, red: (0.64, 0.33), green: (0.30, 0.60), blue: (0.15, 0.06))
  /// sRGB's primaries with values proportional to light.
  package static let linearSRGB = WorkingSpace(
    .linear, red: (0.64, 0.33), green: (0.30, 0.60), blue: (0.15, 0.06))
  package static let displayP3 = WorkingSpace(
    .sRGB, red: (0.680, 0.320), green: (0.265, 0.690), blue: (0.150, 0.060))
  package static let adobeRGB = WorkingSpace(
    .gamma(563.0 / 256), red: (0.64, 0.33), green: (0.21, 0.71), blue: (0.15, 0.06))

  /// Weights of linear red, green and blue in luminance; they add up to 1 for a normalised white.
  package var luminance: SIMD3<Double> { toXYZ.rows.1 }

  /// The colour of chromaticity `x`, `y` with luminance 1.
  static func xyz(x: Double, y: Double) -> SIMD3<Double> {
    SIMD3(x / y, 1, (1 - x - y) / y)
  }
}
