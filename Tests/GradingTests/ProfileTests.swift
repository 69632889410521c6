import Images
import Testing

@testable import Grading

@Suite struct ProfileTests {
  /// A profile of given tags, with just what the reader looks at.
  private func profile(_ space: String, pcs: String = "XYZ ", _ tags: [(String, [UInt8])]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 128)
    header.replaceSubrange(16..<20, with: Array(space.utf8))
    header.replaceSubrange(20..<24, with: Array(pcs.utf8))
    var table = big(UInt32(tags.count))
    var body: [UInt8] = []
    for (name, content) in tags {
      table += Array(name.utf8) + big(UInt32(132 + 12 * tags.count + body.count)) + big(UInt32(content.count))
      body += content
    }
    return header + table + body
  }

  private func big(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
  private func fixed(_ value: Double) -> [UInt8] {
    big(UInt32(bitPattern: Int32((value * 65_536).rounded())))
  }
  private func xyz(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
    Array("XYZ ".utf8) + big(0) + fixed(x) + fixed(y) + fixed(z)
  }
  private func curve(_ entries: [UInt16]) -> [UInt8] {
    Array("curv".utf8) + big(0) + big(UInt32(entries.count))
      + entries.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }
  private func parametric(_ kind: UInt8, _ numbers: [Double]) -> [UInt8] {
    Array("para".utf8) + big(0) + [0, kind, 0, 0] + numbers.flatMap(fixed)
  }
  private func rgb(_ response: [UInt8]) -> [UInt8] {
    // sRGB's primaries adapted to D50, as its profiles hold them.
    profile(
      "RGB ",
      [
        ("rXYZ", xyz(0.43607, 0.22249, 0.01392)), ("gXYZ", xyz(0.38515, 0.71687, 0.09708)),
        ("bXYZ", xyz(0.14307, 0.06061, 0.71410)), ("rTRC", response), ("gTRC", response), ("bTRC", response),
      ])
  }

  private func space(_ icc: [UInt8]?, _ model: ColorModel = .rgb, origin: ColorProfile.Origin = .embedded)
    -> WorkingSpace?
  {
    WorkingSpace(profile: ColorProfile(icc: icc, origin: origin), model: model)
  }

  @Test func parametricCurvesOfEveryKind() throws {
    let cases: [([UInt8], Float, Float)] = [
      (parametric(0, [2.2]), 0.5, 0.2176376),
      (parametric(1, [2, 1.25, -0.25]), 0.6, 0.25), (parametric(1, [2, 1.25, -0.25]), 0.1, 0),
      (parametric(2, [2, 1.25, -0.25, 0.1]), 0.6, 0.35), (parametric(2, [2, 1.25, -0.25, 0.1]), 0.1, 0.1),
      (parametric(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]), 0.5, 0.2140411),
      (parametric(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]), 0.02, 0.02 / 12.92),
      (parametric(4, [2, 1, 0, 0.5, 0.4, 0.1, 0.05]), 0.5, 0.35),
      (parametric(4, [2, 1, 0, 0.5, 0.4, 0.1, 0.05]), 0.2, 0.15),
    ]
    for (response, input, expected) in cases {
      let found = try #require(space(rgb(response)))
      // The profile's numbers have 16 bits after the point.
      #expect(abs(found.responses[1].decode(input) - expected) < 5e-5)
    }
  }

  @Test func sampledCurvesAndGamma() throws {
    #expect(try #require(space(rgb(curve([])))).responses[0].isLinear)
    #expect(try #require(space(rgb(curve([0x0233])))).responses[0] == .gamma(563 / 256))
    let sampled = try #require(space(rgb(curve([0, 16_384, 65_535]))))
    #expect(abs(sampled.responses[2].decode(0.25) - 0.125) < 1e-4)
    #expect(abs(sampled.luminance.sum() - 1) < 1e-3)
  }

  @Test func whiteBalanceDoesNotDependOnTheProfilesWhite() throws {
    // The same primaries relative to D65 and adapted to D50 must correct alike.
    let adapted = try #require(space(rgb(parametric(0, [2.2]))))
    let balance = try WhiteBalance(temperature: 4000, tint: 20)
    let color = SIMD3(0.3, 0.5, 0.2)
    // Up to brightness: luminance itself is defined under the profile's white.
    func direction(_ space: WorkingSpace) -> SIMD3<Double> {
      let result = balance.matrix(in: space) * color
      return result / result.sum()
    }
    let difference = direction(adapted) - direction(.sRGB)
    // The profile's numbers have five decimals.
    #expect(max(difference.max(), -difference.min()) < 2e-4)
  }

  @Test func greyProfiles() throws {
    let grey = profile("GRAY", [("kTRC", curve([0x0180]))])
    #expect(try #require(space(grey, .gray)).responses[0] == .gamma(1.5))
    #expect(space(grey, .rgb) == nil)
    #expect(space(nil, .gray) == .sRGB)
  }

  @Test func namesOfProfiles() {
    let ascii = Array("desc".utf8) + big(0) + big(5) + Array("Fine\0\0\0".utf8)
    #expect(ColorProfile(icc: profile("RGB ", [("desc", ascii)]), origin: .embedded).name == "Fine")
    let wide = "Größe".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    let unicode =
      Array("mluc".utf8) + big(0) + big(1) + big(12) + Array("deDE".utf8) + big(UInt32(wide.count)) + big(28)
      + wide
    #expect(ColorProfile(icc: profile("RGB ", [("desc", unicode)]), origin: .embedded).name == "Größe")
    for length in 0..<unicode.count {
      _ = ColorProfile(icc: profile("RGB ", [("desc", Array(unicode[..<length]))]), origin: .embedded).name
    }
    #expect(ColorProfile.sRGB.name == nil)
  }

  @Test func whatNoMatrixStandsForIsRefused() {
    #expect(space(profile("RGB ", pcs: "Lab ", [("A2B0", curve([]))])) == nil)
    #expect(space(profile("RGB ", [("rXYZ", xyz(1, 1, 1))])) == nil)
    #expect(space(rgb(curve([0, 60_000, 100, 65_535]))) == nil)
    #expect(space(rgb(parametric(0, [-1]))) == nil)
    #expect(space(rgb(parametric(9, [1]))) == nil)
    #expect(space(nil, origin: .chunks) == nil)
  }

  @Test func brokenProfilesAreRefused() {
    let whole = rgb(parametric(4, [2, 1, 0, 0.5, 0.4, 0.1, 0.05]))
    for length in 0..<whole.count { #expect(space(Array(whole[..<length])) == nil) }
    for place in 128..<whole.count {
      var broken = whole
      broken[place] = 0xFF
      _ = space(broken)
    }
  }
}
