import Images
import Testing

@testable import ImageProcessing

@Suite struct RegionFillTests {
  private static let source = picture(40, 32) { x, y, c in
    Float((x * 37 + y * 61 + c * 89 + x * y) % 251) / 250
  }
  private static let region = disc(40, 32, x: 20, y: 16, radius: 8)

  @Test(arguments: RegionFill.allCases) func onlyTheRegionChanges(fill: RegionFill) throws {
    let filled = try Self.source.filled(fill, in: Self.region, seed: 3)
    var changed = 0
    for pixel in Self.region.values.indices {
      let samples = 3 * pixel..<3 * pixel + 3
      if Self.region.values[pixel] == 0 {
        #expect(filled.samples[samples] == Self.source.samples[samples])
      } else if filled.samples[samples] != Self.source.samples[samples] {
        changed += 1
      }
    }
    #expect(fill == .original ? changed == 0 : changed > 150)
    #expect(try Self.source.filled(fill, in: Self.region, seed: 3) == filled)
  }

  @Test func aRampGoesOnFromItsBorder() throws {
    let ramp = picture(40, 32) { x, y, c in 0.1 + Float(x + c * y) * 0.01 }
    let filled = try ramp.filled(.border, in: Self.region, seed: 0)
    // A linear function is its own membrane; the solver stops at 1e-5 of what the border says.
    #expect(zip(filled.samples, ramp.samples).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func greyNoiseAndSeeds() throws {
    let grey = try Self.source.filled(.neutral, in: Self.region, seed: 0)
    #expect(grey[20, 16, 0] == 0.5 && grey[20, 16, 2] == 0.5)
    let first = try Self.source.filled(.noise, in: Self.region, seed: 1)
    #expect(try Self.source.filled(.noise, in: Self.region, seed: 2) != first)
  }

  @Test func whatWasThereIsBlurredAway() throws {
    let filled = try Self.source.filled(.blur, in: Self.region, seed: 0)
    let values = (14..<26).map { filled[$0, 16, 1] }
    let range = (values.max() ?? 1) - (values.min() ?? 0)
    // The pattern's own range there is nearly 1.
    #expect(range < 0.2)
  }
}
