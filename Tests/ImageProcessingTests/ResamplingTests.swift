import Images
import Testing

@testable import ImageProcessing

@Suite struct ResamplingTests {
  static let row: [Float] = [0.1, 0.9, 0.3, 0.35, 0.8, 0.05, 0.6, 0.65, 0.2]

  /// Pillow 13.0, by Tests/Reference/resampling.py.
  static let reference: [(ResamplingFilter, [Float])] = [
    (.bicubic, [0.4606052, 0.4472035]),
    (.bicubic, [0.4729024, 0.4716109, 0.4294183, 0.4629600]),
    (
      .bicubic,
      [
        0.1000000, 0.9000000, 0.3000000, 0.3500000, 0.8000000, 0.0500000, 0.6000000, 0.6500000,
        0.2000000,
      ]
    ),
    (
      .bicubic,
      [
        0.0445115, 0.4740460, 0.8921727, 0.4371094, 0.2538368, 0.3601676, 0.7301385, 0.6021615,
        0.0559380, 0.3592247, 0.6593750, 0.6685587, 0.3948376, 0.1687877,
      ]
    ),
    (.lanczos3, [0.4601757, 0.4464731]),
    (.lanczos3, [0.4609610, 0.4795634, 0.4423678, 0.4547491]),
    (
      .lanczos3,
      [
        0.1000000, 0.9000000, 0.3000000, 0.3500000, 0.8000000, 0.0500000, 0.6000000, 0.6500000,
        0.2000000,
      ]
    ),
    (
      .lanczos3,
      [
        0.0036448, 0.4859155, 0.9135059, 0.4859703, 0.1689012, 0.3715504, 0.7843137, 0.5914418,
        0.0596854, 0.2987068, 0.7209654, 0.6951798, 0.3781346, 0.1544464,
      ]
    ),
  ]

  @Test(arguments: reference.indices) func agreesWithPillow(_ index: Int) throws {
    let (filter, expected) = Self.reference[index]
    for isColumn in [false, true] {
      let line = FloatImage(
        width: isColumn ? 1 : 9, height: isColumn ? 9 : 1, channels: 1, samples: Self.row)
      let result = try line.resized(
        width: isColumn ? 1 : expected.count, height: isColumn ? expected.count : 1, filter: filter)
      // Seven digits are printed; weights are rounded to float32 on both sides.
      for (ours, theirs) in zip(result.samples, expected) { #expect(abs(ours - theirs) < 5e-7) }
    }
  }

  @Test func areaIsTheMeanOverThePixel() throws {
    let line = FloatImage(width: 9, height: 1, channels: 1, samples: Self.row)
    let halves = try line.resized(width: 2, height: 1, filter: .area).samples
    #expect(abs(halves[0] - (0.1 + 0.9 + 0.3 + 0.35 + 0.4) / 4.5) < 1e-6)
    #expect(abs(halves[1] - (0.4 + 0.05 + 0.6 + 0.65 + 0.2) / 4.5) < 1e-6)
  }

  @Test(arguments: ResamplingFilter.allCases) func aFlatPictureStaysFlat(_ filter: ResamplingFilter) throws {
    let flat = FloatImage(width: 13, height: 7, channels: 3, repeating: 0.3)
    for (width, height) in [(5, 3), (40, 21), (13, 20), (1, 1)] {
      let result = try flat.resized(width: width, height: height, filter: filter, inLinearLight: true)
      #expect(result.samples.allSatisfy { abs($0 - 0.3) < 1e-6 })
      #expect(result.width == width && result.height == height)
    }
  }

  @Test(arguments: ResamplingFilter.allCases) func turningAndResizingCommute(_ filter: ResamplingFilter)
    throws
  {
    var numbers = Scramble(state: 1)
    let image = picture(11, 8) { _, _, _ in numbers.next() }
    let turned = picture(8, 11) { x, y, channel in image[y, x, channel] }
    let a = try image.resized(width: 23, height: 5, filter: filter)
    let b = try turned.resized(width: 5, height: 23, filter: filter)
    for y in 0..<5 {
      for x in 0..<23 {
        for channel in 0..<3 { #expect(abs(a[x, y, channel] - b[y, x, channel]) < 2e-6) }
      }
    }
  }

  /// A fine checkerboard of black and white has half the light of white: 0.735 encoded, not 0.5.
  @Test func linearLightKeepsTheBrightnessOfAPattern() throws {
    let board = picture(64, 64) { x, y, _ in Float((x + y) % 2) }
    let linear = try board.resized(width: 8, height: 8, filter: .area, inLinearLight: true)
    let encoded = try board.resized(width: 8, height: 8, filter: .area)
    #expect(linear.samples.allSatisfy { abs($0 - 0.735_357) < 1e-5 })
    #expect(encoded.samples.allSatisfy { abs($0 - 0.5) < 1e-6 })
  }

  @Test func theSameSizeIsTheSamePicture() throws {
    let image = picture(6, 5) { x, y, c in Float(x * y + c) }
    #expect(try image.resized(width: 6, height: 5, filter: .lanczos3) == image)
    #expect(throws: ImageProcessingError.self) { try image.resized(width: 0, height: 5, filter: .area) }
  }

  @Test func rowsLeaveAsSoonAsTheyCan() {
    var resampler = RowResampler(
      width: 4, height: 100, channels: 1, outputWidth: 4, outputHeight: 10, filter: .area)
    var emitted: [Int] = []
    for row in 0..<100 {
      resampler.push([Float](repeating: Float(row), count: 4)) { line in
        emitted.append(row)
        #expect(abs(line[0] - (Float(row) - 4.5)) < 1e-4)
      }
    }
    #expect(emitted == (1...10).map { $0 * 10 - 1 })
  }

  @Test func cropsMirrorBeyondTheBorder() {
    let image = picture(4, 3, channels: 1) { x, y, _ in Float(10 * y + x) }
    let crop = image.cropped(to: PixelRect(x: -2, y: -1, width: 8, height: 5))
    #expect(Array(crop.samples[0..<8]) == [12, 11, 10, 11, 12, 13, 12, 11])
    #expect(Array(crop.samples[8..<16]) == [2, 1, 0, 1, 2, 3, 2, 1])
    #expect(Array(crop.samples[32..<40]) == [12, 11, 10, 11, 12, 13, 12, 11])
    #expect((-9...9).map { reflected($0, 1) } == [Int](repeating: 0, count: 19))
    #expect((-7...7).map { reflected($0, 3) } == [1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1])
  }
}
