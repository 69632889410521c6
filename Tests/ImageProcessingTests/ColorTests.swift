import Images
import Testing

@testable import ImageProcessing

@Suite struct ColorTests {
  @Test func transferFunctionKnownPoints() {
    #expect(SRGBCurve.linear(0) == 0)
    #expect(abs(SRGBCurve.linear(1) - 1) < 1e-6)
    // IEC 61966-2-1: a code value of 0.5 is 21.404 % of the light; 18 % grey is 0.46136.
    #expect(abs(SRGBCurve.linear(0.5) - 0.214_041) < 1e-6)
    #expect(abs(SRGBCurve.encoded(0.18) - 0.461_356) < 1e-6)
    for step in -40...80 {
      let value = Float(step) / 40
      // Beyond the range too; two powers in float32.
      #expect(abs(SRGBCurve.encoded(SRGBCurve.linear(value)) - value) < 2e-6)
    }
    #expect(SRGBCurve.linear(-0.5) == -SRGBCurve.linear(0.5))
  }

  /// Published values of the sRGB primaries in Lab D65 (Lindbloom's calculator), two decimals.
  @Test func labKnownColours() {
    let known: [((Float, Float, Float), (Float, Float, Float))] = [
      ((1, 1, 1), (100, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((1, 0, 0), (53.24, 80.09, 67.20)),
      ((0, 1, 0), (87.73, -86.18, 83.18)), ((0, 0, 1), (32.30, 79.19, -107.86)),
      ((0.5, 0.5, 0.5), (53.39, 0, 0)),
    ]
    for (rgb, expected) in known {
      let color = Lab(red: rgb.0, green: rgb.1, blue: rgb.2)
      #expect(abs(color.l - expected.0) < 0.02)
      #expect(abs(color.a - expected.1) < 0.02)
      #expect(abs(color.b - expected.2) < 0.02)
    }
  }

  @Test func labThereAndBack() {
    for r in 0...4 {
      for g in 0...4 {
        for b in 0...4 {
          let rgb = [Float(r) / 4, Float(g) / 4, Float(b) / 4]
          let back = Lab(red: rgb[0], green: rgb[1], blue: rgb[2]).encoded
          // The two published matrices are inverse to six digits; the curve is steep near black.
          #expect(abs(back.red - rgb[0]) < 2e-4)
          #expect(abs(back.green - rgb[1]) < 2e-4)
          #expect(abs(back.blue - rgb[2]) < 2e-4)
        }
      }
    }
  }
}

@Suite struct ColorMatchTests {
  /// A texture, and a disc of it that may change.
  let source: FloatImage
  let mask: Mask = disc(96, 80, x: 48, y: 40, radius: 22)

  init() {
    var numbers = Scramble(state: 3)
    source = picture(96, 80) { x, y, channel in
      0.25 + 0.1 * Float(channel) + 0.2 * Float((x / 8 + y / 8) % 2) + 0.1 * numbers.next()
    }
  }

  func largest(_ a: FloatImage, _ b: FloatImage, where inside: Bool = true) -> Float {
    var largest: Float = 0
    for pixel in mask.values.indices where !inside || mask.values[pixel] > 0 {
      for channel in 0..<3 {
        largest = max(largest, abs(a.samples[3 * pixel + channel] - b.samples[3 * pixel + channel]))
      }
    }
    return largest
  }

  @Test func aUniformShiftInLabIsTakenBack() throws {
    let edited = labShifted(source, l: 6, a: -4, b: 3)
    let match = ColorMatch(method: .meanAndDeviation)
    let (result, report) = try match.apply(to: edited, source: source, mask: mask)
    #expect(largest(edited, source) > 0.03)
    // Block means in linear light against shifts in Lab: a small part of the shift remains.
    #expect(largest(result, source) < 0.006)
    #expect(abs(report.shift[0] + 6) < 0.2)
    #expect(abs(report.shift[1] - 4) < 0.2)
    #expect(abs(report.shift[2] + 3) < 0.2)
    #expect(report.samples > 200)
  }

  @Test func halfStrengthTakesBackHalf() throws {
    let edited = labShifted(source, l: 6, a: 0, b: 0)
    let match = ColorMatch(method: .meanAndDeviation, strength: 0.5)
    let (result, _) = try match.apply(to: edited, source: source, mask: mask)
    let left = Lab(red: result[48, 40, 0], green: result[48, 40, 1], blue: result[48, 40, 2])
    let true_ = Lab(red: source[48, 40, 0], green: source[48, 40, 1], blue: source[48, 40, 2])
    #expect(abs(left.l - true_.l - 3) < 0.3)
  }

  @Test func contrastComesBackToo() throws {
    let edited = source.mapped { 0.45 + ($0 - 0.45) * 0.85 }
    let match = ColorMatch(method: .meanAndDeviation)
    let (result, _) = try match.apply(to: edited, source: source, mask: mask)
    #expect(largest(result, source) < 0.4 * largest(edited, source))
  }

  /// What the edit put into the mask is not the ring's business, and a wild corner of the ring is left out.
  @Test func outliersAndTheInsideDoNotCount() throws {
    var edited = labShifted(source, l: 5, a: 0, b: 0)
    for y in 0..<80 {
      for x in 0..<96 where mask[x, y] > 0 || (x < 12 && y < 12) {
        for channel in 0..<3 { edited[x, y, channel] = channel == 0 ? 1 : 0 }
      }
    }
    let (_, report) = try ColorMatch(method: .meanAndDeviation).apply(
      to: edited, source: source, mask: mask)
    #expect(abs(report.shift[0] + 5) < 0.3)
    #expect(abs(report.shift[1]) < 0.5)
  }

  @Test func theCorrectionIsBounded() throws {
    let edited = labShifted(source, l: 40, a: 0, b: 0)
    let match = ColorMatch(method: .meanAndDeviation, limit: 10)
    let (result, _) = try match.apply(to: edited, source: source, mask: mask)
    let before = Lab(red: edited[48, 40, 0], green: edited[48, 40, 1], blue: edited[48, 40, 2])
    let after = Lab(red: result[48, 40, 0], green: result[48, 40, 1], blue: result[48, 40, 2])
    #expect(before.l - after.l < 14)
    #expect(before.l - after.l > 6)
  }

  /// A cast that changes from left to right is beyond one mean; the low band follows it across the hole.
  @Test func theLowBandFollowsAGradient() throws {
    let edited = picture(96, 80) { x, y, channel in
      source[x, y, channel] + 0.08 * (Float(x) / 95 - 0.5)
    }
    let low = try ColorMatch(method: .lowBand).apply(to: edited, source: source, mask: mask).image
    let mean = try ColorMatch(method: .meanAndDeviation).apply(to: edited, source: source, mask: mask).image
    #expect(largest(low, source) < 0.012)
    #expect(largest(mean, source) > 0.015)
  }

  @Test func withoutARingNothingHappens() throws {
    let edited = labShifted(source, l: 5, a: 0, b: 0)
    for method in ColorMatchMethod.allCases {
      let (result, report) = try ColorMatch(method: method).apply(
        to: edited, source: source, mask: Mask(width: 96, height: 80, repeating: 1))
      #expect(result == edited)
      #expect(report.samples == 0)
    }
  }

  private func labShifted(_ image: FloatImage, l: Float, a: Float, b: Float) -> FloatImage {
    var result = image
    for pixel in stride(from: 0, to: image.samples.count, by: 3) {
      var color = Lab(
        red: image.samples[pixel], green: image.samples[pixel + 1], blue: image.samples[pixel + 2])
      color.l += l
      color.a += a
      color.b += b
      (result.samples[pixel], result.samples[pixel + 1], result.samples[pixel + 2]) = color.encoded
    }
    return result
  }
}
