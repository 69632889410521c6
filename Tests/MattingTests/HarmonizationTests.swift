import ImageProcessing
import Images
import Testing

@testable import Matting

@Suite struct HarmonizationTests {
  private static let matte: Matte = {
    var random = TestRandom(21)
    var foreground = FloatImage(width: 60, height: 50, channels: 3, repeating: 0.6)
    for index in foreground.samples.indices { foreground.samples[index] += 0.1 * (random.unit() - 0.5) }
    return Matte(
      alpha: SyntheticMatte.disc(width: 60, height: 50, radius: 17, softness: 4), foreground: foreground,
      background: nil)
  }()

  private static func background(_ red: Float, _ green: Float, _ blue: Float) -> FloatImage {
    FloatImage(
      width: 60, height: 50, channels: 3, samples: (0..<3000).flatMap { _ in [red, green, blue] })
  }

  private static func mean(_ matte: Matte) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    var weight: Float = 0
    for pixel in matte.alpha.values.indices {
      let s = matte.foreground.samples
      let lab = Lab(red: s[pixel * 3], green: s[pixel * 3 + 1], blue: s[pixel * 3 + 2])
      sum += SIMD3(lab.l, lab.a, lab.b) * matte.alpha.values[pixel]
      weight += matte.alpha.values[pixel]
    }
    return sum / weight
  }

  @Test(arguments: [Float(0.25), 0.5, 1]) func movesTheMeanByTheStatedShare(amount: Float) throws {
    let background = Self.background(0.55, 0.5, 0.4)
    let target = Lab(red: 0.55, green: 0.5, blue: 0.4)
    let before = Self.mean(Self.matte)
    let after = Self.mean(try Harmonization(amount: amount).apply(to: Self.matte, background: background))
    let expected = before + (SIMD3(target.l, target.a, target.b) - before) * amount
    // The low band of the foreground follows its noise a little. Measured: 0.05 Lab units.
    for c in 0..<3 { #expect(abs(after[c] - expected[c]) < 0.3) }
  }

  @Test func leavesDetailAlone() throws {
    let result = try Harmonization(amount: 1).apply(
      to: Self.matte, background: Self.background(0.3, 0.3, 0.35))
    func lightness(_ matte: Matte, _ x: Int) -> Float {
      Lab(
        red: matte.foreground[x, 25, 0], green: matte.foreground[x, 25, 1], blue: matte.foreground[x, 25, 2]
      ).l
    }
    // Neighbours keep their difference in lightness: the shift changes slowly.
    for x in 16..<44 {
      let before = lightness(Self.matte, x + 1) - lightness(Self.matte, x)
      let after = lightness(result, x + 1) - lightness(result, x)
      #expect(abs(before - after) < 0.5)
    }
  }

  @Test func changesNothingAtZeroAndLimitsTheRest() throws {
    let black = Self.background(0, 0, 0)
    #expect(try Harmonization(amount: 0).apply(to: Self.matte, background: black) == Self.matte)
    let after = Self.mean(try Harmonization(amount: 1).apply(to: Self.matte, background: black))
    #expect(abs(Self.mean(Self.matte).x - after.x - 25) < 0.3)
    #expect(throws: MattingError.self) {
      try Harmonization(amount: 1.5).apply(to: Self.matte, background: black)
    }
  }
}
