import Images
import Testing

@testable import Grading

@Suite struct GradingPipelineTests {
  private func grade<Sample: PictureSample>(
    _ samples: [Sample], _ adjustments: [Adjustment], space: WorkingSpace = .sRGB,
    _ model: ColorModel = .rgb, alpha: AlphaKind = .none, mask: [Float]? = nil
  ) throws -> [Sample] {
    let type: SampleType =
      Sample.self == UInt8.self ? .uint8 : Sample.self == UInt16.self ? .uint16 : .float32
    let pipeline = try GradingPipeline(
      adjustments, space: space, format: PixelFormat(type, model, alpha: alpha))
    var bytes = samples.withUnsafeBytes { [UInt8]($0) }
    try pipeline.process(&bytes, mask: mask)
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: Sample.self)) }
  }

  /// A step of each kind that changes mid grey.
  private func everyKind() throws -> [Adjustment] {
    [
      .exposure(stops: 0.7), .whiteBalance(try WhiteBalance(temperature: 5000, tint: 12)),
      .contrast(amount: 1.3), .saturation(amount: 0.6), .vibrance(amount: 0.4),
      .liftGammaGain(try LiftGammaGain(lift: SIMD3(0.05, 0, 0), gamma: SIMD3(1, 1.1, 1))),
      .curves(ToneCurves(master: try MonotoneCurve(parsing: "0,0 0.5,0.6 1,1"))),
      .lookup(ColorLookup(line: try LookupLine(values: [0, 0, 0, 0.9, 1, 0.8]))),
    ]
  }

  // Expected values of the next tests come from the formulas in float64, sRGB after IEC 61966-2-1.

  @Test func exposureDoublesLight() throws {
    #expect(try grade([128, 128, 128], [.exposure(stops: 1)]) as [UInt8] == [176, 176, 176])
    #expect(try grade([20_000, 0, 65_535], [.exposure(stops: 1)]) as [UInt16] == [27_904, 0, 65_535])
  }

  @Test func floatsKeepValuesOutsideTheUnitRange() throws {
    let result = try grade([Float(4), -0.5, 0.25], [.exposure(stops: -1)], space: .linearSRGB)
    #expect(result == [2, -0.25, 0.125])
  }

  @Test func contrastTurnsAboutItsPivot() throws {
    #expect(try grade([60, 200, 60], [.contrast(amount: 1.5)]) as [UInt8] == [41, 255, 41])
    let light = try grade(
      [Float(0.18), 0.36, -0.36], [.contrast(amount: 2)], space: .linearSRGB)
    for (found, expected) in zip(light, [0.18, 0.72, -0.72] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func saturationKeepsLuminance() throws {
    #expect(try grade([255, 0, 0], [.saturation(amount: 0)]) as [UInt8] == [127, 127, 127])
    #expect(try grade([200, 120, 90], [.saturation(amount: 1.5)]) as [UInt8] == [222, 108, 40])
  }

  @Test func vibranceFavoursPaleColours() throws {
    #expect(try grade([200, 120, 90], [.vibrance(amount: 0.8)]) as [UInt8] == [207, 117, 80])
    #expect(try grade([255, 0, 0], [.vibrance(amount: 0.8)]) as [UInt8] == [255, 0, 0])
  }

  @Test func liftGammaGainFollowsItsFormula() throws {
    let values = try LiftGammaGain(
      lift: SIMD3(0.1, 0, 0), gamma: SIMD3(2.2, 0.5, 1), gain: SIMD3(1.2, 1.5, 1))
    let result = try grade([Float(0.4), 0.4, -0.4], [.liftGammaGain(values)])
    for (found, expected) in zip(result, [0.7633076, 0.36, -0.4] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func curvesRunMasterFirst() throws {
    let curves = ToneCurves(
      master: try MonotoneCurve(parsing: "0,0 1,0.5"), red: try MonotoneCurve(parsing: "0,1 1,0"))
    #expect(try grade([Float(0.5), 0.5, 0.5], [.curves(curves)]) == [0.75, 0.25, 0.25])
  }

  @Test func lookupMixesByStrength() throws {
    let lookup = ColorLookup(line: try LookupLine(values: [1, 1, 1, 0, 0, 0]))
    #expect(try grade([Float(0.25), 0.5, 1], [.lookup(lookup)]) == [0.75, 0.5, 0])
    #expect(try grade([Float(0.25), 0.5, 1], [.lookup(lookup, strength: 0.5)]) == [0.5, 0.5, 0.5])
  }

  @Test func orderMatters() throws {
    let curve = Adjustment.curves(ToneCurves(master: try MonotoneCurve(parsing: "0,0 0.5,0.8 1,1")))
    let first: [UInt8] = try grade([90, 90, 90], [.exposure(stops: 1), curve])
    let second: [UInt8] = try grade([90, 90, 90], [curve, .exposure(stops: 1)])
    #expect(first != second)
  }

  @Test func lightAndBackKeepsEverySample() throws {
    // Two steps that undo each other still go through light, so this is the round trip of every code.
    let back: [Adjustment] = [.exposure(stops: 3), .exposure(stops: -3)]
    let bytes = (0...255).flatMap { (code: Int) -> [UInt8] in [UInt8(code), UInt8(255 - code), 77] }
    #expect(try grade(bytes, back) == bytes)
    let words = (0...65_535).flatMap { (code: Int) -> [UInt16] in
      [UInt16(code), UInt16(65_535 - code), 12_345]
    }
    #expect(try grade(words, back) == words)
  }

  @Test func neutralStepsLeaveEveryBit() throws {
    let neutral: [Adjustment] = [
      .exposure(stops: 0), .whiteBalance(try WhiteBalance()), .contrast(amount: 1), .saturation(amount: 1),
      .vibrance(amount: 0), .liftGammaGain(LiftGammaGain()), .curves(ToneCurves()),
      .lookup(ColorLookup(), strength: 0),
    ]
    #expect(try GradingPipeline(neutral, format: PixelFormat(.uint8, .rgb)).isIdentity)
    let odd: [Float] = [.nan, -0.0, .infinity, 0x1p-140, -7, 3]
    let kept = try grade(odd, neutral)
    #expect(kept.map(\.bitPattern) == odd.map(\.bitPattern))
  }

  @Test func eachKindOfStepChangesThePicture() throws {
    for adjustment in try everyKind() {
      #expect(try grade([90, 130, 110], [adjustment]) as [UInt8] != [90, 130, 110], "\(adjustment)")
    }
  }

  @Test func maskOfZeroKeepsEveryBit() throws {
    let odd: [Float] = [.nan, -0.0, 0x1p-140, -7, 3, .infinity, 0.2, 0.3, 0.4]
    let result = try grade(odd, try everyKind(), mask: [0, .nan, 1])
    #expect(result[..<6].map(\.bitPattern) == odd[..<6].map(\.bitPattern))
    #expect(result[6...] != odd[6...])
  }

  @Test func maskMixesEncodedValues() throws {
    let lookup = ColorLookup(line: try LookupLine(values: [1, 1, 1, 1, 1, 1]))
    let source: [UInt8] = [100, 0, 200, 100, 0, 200, 100, 0, 200]
    let result = try grade(source, [.lookup(lookup)], mask: [0, 0.5, 1])
    #expect(result == [100, 0, 200, 178, 128, 228, 255, 255, 255])
  }

  @Test func alphaStays() throws {
    let result: [UInt8] = try grade([10, 20, 30, 77, 0, 0, 0, 0], try everyKind(), alpha: .straight)
    #expect(result[3] == 77 && result[7] == 0)
    let grey: [UInt16] = try grade([1000, 40_000], [.exposure(stops: 1)], .gray, alpha: .straight)
    #expect(grey[1] == 40_000 && grey[0] > 1000)
  }

  @Test func batchesDoNotMatter() throws {
    let samples = (0..<3 * 1301).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
    let whole = try grade(samples, try everyKind())
    var parts: [UInt16] = []
    for start in stride(from: 0, to: samples.count, by: 3 * 77) {
      parts += try grade(Array(samples[start..<min(start + 3 * 77, samples.count)]), try everyKind())
    }
    #expect(whole == parts)
  }

  @Test func greyPicturesAreNotColoured() throws {
    let coloring: [Adjustment] = [
      .whiteBalance(try WhiteBalance(temperature: 4000)),
      .liftGammaGain(try LiftGammaGain(gain: SIMD3(1, 1, 1.1))),
      .curves(ToneCurves(blue: try MonotoneCurve(parsing: "0,0 1,0.5"))),
      .lookup(ColorLookup(line: try LookupLine(values: [0, 0, 0, 1, 1, 0.5]))),
    ]
    for adjustment in coloring {
      #expect(throws: GradingError.self) {
        try GradingPipeline([adjustment], format: PixelFormat(.uint8, .gray))
      }
    }
    // A grey picture's sample goes through the same arithmetic as an RGB picture's equal samples.
    let steps: [Adjustment] = [.exposure(stops: 0.5), .contrast(amount: 1.2), .saturation(amount: 2)]
    let grey: [UInt8] = try grade([5, 100, 250], steps, .gray)
    let color: [UInt8] = try grade([5, 5, 5, 100, 100, 100, 250, 250, 250], steps)
    #expect(grey == [color[0], color[3], color[6]])
  }

  @Test func refusesParametersOutOfRange() throws {
    let wrong: [Adjustment] = [
      .exposure(stops: .nan), .exposure(stops: 99), .contrast(amount: 0), .contrast(amount: 2, pivot: 0),
      .saturation(amount: -1), .vibrance(amount: -2), .lookup(ColorLookup(), strength: 2),
    ]
    for adjustment in wrong {
      #expect(throws: GradingError.self) {
        try GradingPipeline([adjustment], format: PixelFormat(.uint8, .rgb))
      }
    }
    #expect(throws: GradingError.self) { try LiftGammaGain(gamma: SIMD3(1, 0, 1)) }
  }

  @Test func associatedAlphaIsTakenOutAndPutBack() throws {
    // Half of encode(2 decode(0.5)); where alpha is 0 the samples stay as they are.
    let result: [Float] = try grade(
      [0.25, 0.25, 0.25, 0.5, 0.1, 0.2, 0.3, 0], [.exposure(stops: 1)], alpha: .associated)
    for channel in 0..<3 { #expect(abs(result[channel] - 0.6858361 / 2) < 1e-6) }
    #expect(result[3...] == [0.5, 0.1, 0.2, 0.3, 0])
  }

  @Test func pixelsAndMaskMustAgree() throws {
    let pipeline = try GradingPipeline([.exposure(stops: 1)], format: PixelFormat(.uint8, .rgb))
    var bytes: [UInt8] = [1, 2, 3, 4, 5, 6]
    #expect(throws: GradingError.self) { try pipeline.process(&bytes, mask: [1]) }
    var part: [UInt8] = [1, 2, 3, 4]
    #expect(throws: GradingError.self) { try pipeline.process(&part) }
  }
}
