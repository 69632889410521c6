import Testing

@testable import Grading

@Suite struct ColorTests {
  private func difference(_ a: Matrix3, _ b: Matrix3) -> Double {
    let rows = [a.rows.0 - b.rows.0, a.rows.1 - b.rows.1, a.rows.2 - b.rows.2]
    return rows.map { max(abs($0.x), abs($0.y), abs($0.z)) }.max() ?? 0
  }

  @Test func inverseUndoes() throws {
    let matrix = Matrix3(SIMD3(2, 1, 0.5), SIMD3(-1, 3, 0.25), SIMD3(0.5, 0.125, 4))
    let inverse = try #require(matrix.inverse)
    #expect(difference(matrix * inverse, .identity) < 1e-14)
    #expect(Matrix3(SIMD3(1, 2, 3), SIMD3(2, 4, 6), SIMD3(0, 0, 1)).inverse == nil)
  }

  @Test func primariesGiveThePublishedMatrices() {
    // Lindbloom's tables for D65, seven decimals; his white has one digit more than x = 0.3127, y = 0.3290.
    let sRGB = Matrix3(
      SIMD3(0.4124564, 0.3575761, 0.1804375), SIMD3(0.2126729, 0.7151522, 0.0721750),
      SIMD3(0.0193339, 0.1191920, 0.9503041))
    #expect(difference(WorkingSpace.sRGB.toXYZ, sRGB) < 1e-3)
    let adobe = Matrix3(
      SIMD3(0.5767309, 0.1855540, 0.1881852), SIMD3(0.2973769, 0.6273491, 0.0752741),
      SIMD3(0.0270343, 0.0706872, 0.9911085))
    #expect(difference(WorkingSpace.adobeRGB.toXYZ, adobe) < 1e-3)
    #expect(abs(WorkingSpace.displayP3.luminance.sum() - 1) < 1e-14)
  }

  @Test func bradfordGivesThePublishedAdaptation() {
    // Lindbloom, D50 to D65.
    let published = Matrix3(
      SIMD3(0.9555766, -0.0230393, 0.0631636), SIMD3(-0.0282895, 1.0099416, 0.0210077),
      SIMD3(0.0122982, -0.0204830, 1.3299098))
    let found = WhiteBalance.adaptation(
      from: SIMD3(0.96422, 1, 0.82521), to: SIMD3(0.95047, 1, 1.08883))
    #expect(difference(found, published) < 1e-6)
  }

  @Test(arguments: [ToneResponse.sRGB, .linear, .gamma(2.2), .sampled([0, 0.1, 0.1, 0.4, 1])])
  func encodingUndoesDecoding(_ response: ToneResponse) {
    for step in -40...60 {
      let light = Float(step) / 32
      // Two powers of 1 ulp each, near 2: a few 1e-7.
      #expect(abs(response.decode(response.encode(light)) - light) < 2e-6)
    }
  }

  @Test func sRGBDecodesAsItsStandardSays() {
    #expect(abs(ToneResponse.sRGB.decode(0.5) - 0.21404114) < 1e-7)
    #expect(abs(ToneResponse.sRGB.decode(0.02) - 0.02 / 12.92) < 1e-9)
    #expect(ToneResponse.sRGB.decode(1) == 1)
    #expect(ToneResponse.sRGB.decode(-0.5) == -ToneResponse.sRGB.decode(0.5))
  }

  @Test func spaceNeedsThreeResponsesAndIndependentPrimaries() {
    #expect(WorkingSpace(responses: [.sRGB], toXYZ: .identity) == nil)
    #expect(
      WorkingSpace(responses: [.sRGB, .sRGB, .sRGB], toXYZ: Matrix3(diagonal: SIMD3(1, 1, 0))) == nil)
  }
}
