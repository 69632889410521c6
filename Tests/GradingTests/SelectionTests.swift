import Images
import Testing

@testable import Grading

@Suite struct SelectionTests {
  @Test func rectangleCoversFractionsOfPixels() throws {
    let mask = try SelectionShape.rectangle(x: 0.5, y: 1, width: 2, height: 1.25).mask(width: 4, height: 4)
    #expect(
      mask.values == [
        0, 0, 0, 0,
        0.5, 1, 0.5, 0,
        0.125, 0.25, 0.125, 0,
        0, 0, 0, 0,
      ])
  }

  @Test func shapesAreCutOffAtTheBorder() throws {
    let mask = try SelectionShape.rectangle(x: -1e300, y: -5, width: 1e301, height: 6).mask(
      width: 3, height: 2)
    #expect(mask.values == [1, 1, 1, 0, 0, 0])
    let away = try SelectionShape.ellipse(x: 100, y: 1e12, radiusX: 3, radiusY: 3).mask(width: 3, height: 2)
    #expect(away.values.allSatisfy { $0 == 0 })
  }

  @Test func ellipseHasItsArea() throws {
    for angle in [0.0, 30, 90] {
      let mask = try SelectionShape.ellipse(x: 31.3, y: 33.6, radiusX: 25, radiusY: 12, angle: angle)
        .mask(width: 64, height: 64)
      let area = mask.values.reduce(0.0) { $0 + Double($1) }
      // Midpoint rule with 64 lines a pixel and 1/256 pixel along a line: a few hundredths of a pixel in all.
      #expect(abs(area - .pi * 25 * 12) < 0.05, "\(angle) degrees")
      #expect(mask[31, 33] == 1)
    }
  }

  @Test func ellipseTurnsClockwise() throws {
    let mask = try SelectionShape.ellipse(x: 32, y: 32, radiusX: 30, radiusY: 4, angle: 45)
      .mask(width: 64, height: 64)
    #expect(mask[48, 48] == 1 && mask[16, 16] == 1)
    #expect(mask[48, 16] == 0 && mask[16, 48] == 0)
  }

  @Test func polygonSplitsPixelsAlongItsEdge() throws {
    let triangle = SelectionShape.polygon([SIMD2(0, 0), SIMD2(4, 4), SIMD2(0, 4)])
    let mask = try triangle.mask(width: 4, height: 4)
    // Below the diagonal 1, above 0, on it half; a line's ends are rounded to 1/256 pixel.
    for y in 0..<4 {
      for x in 0..<4 { #expect(abs(mask[x, y] - (x < y ? 1 : x == y ? 0.5 : 0)) < 1e-2) }
    }
    let backwards = try SelectionShape.polygon([SIMD2(0, 4), SIMD2(4, 4), SIMD2(0, 0)]).mask(
      width: 4, height: 4)
    #expect(backwards == mask)
  }

  @Test func polygonThatCrossesItselfStaysFilled() throws {
    let twice = SelectionShape.polygon([
      SIMD2(0, 0), SIMD2(4, 0), SIMD2(4, 4), SIMD2(0, 4), SIMD2(0, 0), SIMD2(4, 0), SIMD2(4, 4), SIMD2(0, 4),
    ])
    #expect(try twice.mask(width: 4, height: 4).values.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [
    SelectionShape.rectangle(x: 0, y: 0, width: 0, height: 1),
    .rectangle(x: .nan, y: 0, width: 1, height: 1),
    .ellipse(x: 0, y: 0, radiusX: -1, radiusY: 1),
    .ellipse(x: 0, y: 0, radiusX: 1, radiusY: 1, angle: .infinity),
    .polygon([SIMD2(0, 0), SIMD2(1, 1)]),
    .polygon([SIMD2(0, 0), SIMD2(1, 1), SIMD2(.nan, 0)]),
  ])
  func refuses(_ shape: SelectionShape) {
    #expect(throws: GradingError.self) { try shape.mask(width: 4, height: 4) }
  }

  @Test func labOfKnownColours() {
    // sRGB red, green and blue under D65, published widely to two decimals.
    let lab = LabConverter(.sRGB)
    let expected: [(SIMD3<Float>, SIMD3<Float>)] = [
      (SIMD3(1, 0, 0), SIMD3(53.24, 80.09, 67.20)), (SIMD3(0, 1, 0), SIMD3(87.73, -86.18, 83.18)),
      (SIMD3(0, 0, 1), SIMD3(32.30, 79.19, -107.86)), (SIMD3(1, 1, 1), SIMD3(100, 0, 0)),
      (SIMD3(0, 0, 0), SIMD3(0, 0, 0)),
    ]
    for (color, value) in expected {
      let difference = lab(color) - value
      #expect(max(difference.max(), -difference.min()) < 0.03, "\(color)")
    }
  }

  private let row: [UInt8] = [255, 0, 0, 250, 5, 5, 0, 0, 255, 128, 128, 128]
  private let format = PixelFormat(.uint8, .rgb)

  @Test func colourRangeFadesWithDistance() throws {
    func weights(_ tolerance: Float, _ softness: Float) throws -> [Float] {
      try ColorSelection.colors([SIMD3(1, 0, 0)], tolerance: tolerance, softness: softness)
        .weights(of: row, format: format, space: .sRGB)
    }
    #expect(try weights(0, 0) == [1, 0, 0, 0])
    #expect(try weights(10, 0) == [1, 1, 0, 0])
    let lab = LabConverter(.sRGB)
    let offset = lab(SIMD3(1, 0, 0)) - lab(SIMD3(0.5019608, 0.5019608, 0.5019608))
    let distance = (offset * offset).sum().squareRoot()
    // Half way through the fade the smooth step is one half.
    let half = try weights(distance - 10, 20)
    #expect(abs(half[3] - 0.5) < 1e-4)
    let both = try ColorSelection.colors([SIMD3(1, 0, 0), SIMD3(0, 0, 1)], tolerance: 1, softness: 0)
      .weights(of: row, format: format, space: .sRGB)
    #expect(both == [1, 0, 1, 0])
  }

  @Test func lightnessRangeKeepsWhatIsBetween() throws {
    let grey: [UInt16] = [0, 20_000, 40_000, 65_535]
    let bytes = grey.withUnsafeBytes { [UInt8]($0) }
    let weights = try ColorSelection.lightness(low: 20, high: 70, softness: 0)
      .weights(of: bytes, format: PixelFormat(.uint16, .gray), space: .sRGB)
    #expect(weights == [0, 1, 1, 0])
    let soft = try ColorSelection.lightness(low: 50, high: 60, softness: 40)
      .weights(of: bytes, format: PixelFormat(.uint16, .gray), space: .sRGB)
    #expect(soft[0] == 0 && soft[1] > 0 && soft[1] < 1 && soft[3] == 0)
  }

  @Test func alphaIsTakenAsItIs() throws {
    let weights = try ColorSelection.alpha.weights(
      of: [9, 0, 9, 51, 9, 255], format: PixelFormat(.uint8, .gray, alpha: .straight), space: .sRGB)
    #expect(weights == [0, 0.2, 1])
    #expect(try ColorSelection.alpha.weights(of: row, format: format, space: .sRGB) == [1, 1, 1, 1])
  }

  @Test func associatedColourIsDividedFirst() throws {
    let weights = try ColorSelection.colors([SIMD3(1, 0, 0)], tolerance: 1, softness: 0).weights(
      of: [51, 0, 0, 51, 51, 0, 0, 255], format: PixelFormat(.uint8, .rgb, alpha: .associated), space: .sRGB)
    #expect(weights == [1, 0])
  }

  @Test func rangesAreChecked() {
    let wrong: [ColorSelection] = [
      .colors([], tolerance: 1, softness: 1), .colors([SIMD3()], tolerance: -1, softness: 1),
      .lightness(low: 60, high: 50, softness: 0), .lightness(low: -1, high: 50, softness: 0),
      .lightness(low: .nan, high: 50, softness: 0),
    ]
    for selection in wrong {
      #expect(throws: GradingError.self) { try selection.weights(of: row, format: format, space: .sRGB) }
    }
  }

  @Test func masksCombine() throws {
    let first = Mask(width: 3, height: 1, values: [0.2, 1, 0.75])
    let second = Mask(width: 3, height: 1, values: [0.5, 1, 0])
    #expect(try MaskCombination.union(first, second).values == [0.5, 1, 0.75])
    #expect(try MaskCombination.intersect(first, second).values == [0.2, 1, 0])
    #expect(try MaskCombination.subtract(first, second).values == [0.2, 0, 0.75])
    #expect(try MaskCombination.difference(first, second).values == [0.3, 0, 0.75])
    #expect(throws: GradingError.self) {
      try MaskCombination.union(first, Mask(width: 1, height: 3))
    }
  }
}
