import Testing

@testable import Grading

@Suite struct WhiteBalanceTests {
  @Test func neutralIsD65AndChangesNothing() throws {
    let neutral = try WhiteBalance()
    #expect(neutral.isNeutral)
    #expect(abs(neutral.chromaticity.x - 0.3127) < 1e-12)
    #expect(abs(neutral.chromaticity.y - 0.3290) < 1e-12)
    let white = neutral.matrix(in: .sRGB) * SIMD3(repeating: 1)
    #expect((white - 1).max() < 1e-12 && (white - 1).min() > -1e-12)
  }

  @Test(arguments: [(2000.0, 0.0), (3200, 40), (5000, -60), (9000, 0), (25_000, 150)])
  func theAssumedLightBecomesGrey(temperature: Double, tint: Double) throws {
    let balance = try WhiteBalance(temperature: temperature, tint: tint)
    let (x, y) = balance.chromaticity
    let space = WorkingSpace.displayP3
    let corrected = balance.matrix(in: space) * (space.fromXYZ * WorkingSpace.xyz(x: x, y: y))
    #expect(corrected.max() - corrected.min() < 1e-12 * corrected.max())
    let grey = balance.matrix(in: space) * SIMD3(repeating: 0.5)
    #expect(abs((grey * space.luminance).sum() - 0.5) < 1e-12)
  }

  @Test func locusFollowsBlackBodies() throws {
    // Planckian chromaticities from CIE 15 tables, x and y; the locus here is shifted to meet D65, by 0.0006
    // in u and 0.0035 in v at most, which is up to 0.006 in y, and Krystek's fit errs by less than 0.0005.
    for (kelvin, x, y) in [(2000.0, 0.5267, 0.4133), (2856, 0.4476, 0.4074), (10_000, 0.2807, 0.2884)] {
      let found = try WhiteBalance(temperature: kelvin).chromaticity
      #expect(abs(found.x - x) < 0.01)
      #expect(abs(found.y - y) < 0.01)
      #expect(found.y > y - 0.0005)
    }
  }

  @Test func higherTemperatureIsWarmerAndPositiveTintMagenta() throws {
    let warm = try WhiteBalance(temperature: 8000).matrix(in: .sRGB) * SIMD3(repeating: 1)
    #expect(warm.x > 1 && warm.z < 1)
    let magenta = try WhiteBalance(tint: 30).matrix(in: .sRGB) * SIMD3(repeating: 1)
    #expect(magenta.y < 1 && magenta.x > 1 && magenta.z > 1)
  }

  @Test(arguments: [(1000.0, 0.0), (30_000, 0), (.nan, 0), (5000, 151), (5000, .infinity)])
  func refuses(temperature: Double, tint: Double) {
    #expect(throws: GradingError.self) { try WhiteBalance(temperature: temperature, tint: tint) }
  }
}
