import Images
import Testing

@testable import ImageProcessing

@Suite struct SeamTests {
  @Test func alphaZeroKeepsEveryBit() throws {
    var numbers = Scramble(state: 4)
    // Values that no curve maps onto themselves, and some no picture should hold.
    var source = picture(20, 15) { _, _, _ in numbers.next() * 3 - 1 }
    source[0, 0, 0] = .infinity
    source[1, 0, 0] = .nan
    let patch = picture(20, 15) { _, _, _ in 0.5 }
    let alpha = mask(20, 15) { x, _ in x < 10 ? 0 : 1 }
    let result = try source.composited(with: patch, alpha: alpha)
    for index in source.samples.indices where index / 3 % 20 < 10 {
      #expect(result.samples[index].bitPattern == source.samples[index].bitPattern)
    }
    #expect(result[15, 5, 1] == 0.5)
    let difference = try PictureDifference(source, result, mask: alpha)
    #expect(difference.maximumOutside == 0 && difference.changedPixelsOutside == 0)
    #expect(difference.changedPixelsInside == 150)
  }

  @Test func halfOfBlackAndWhiteInLinearLight() throws {
    let black = FloatImage(width: 1, height: 1, channels: 1)
    let white = FloatImage(width: 1, height: 1, channels: 1, repeating: 1)
    let half = Mask(width: 1, height: 1, repeating: 0.5)
    #expect(abs(try black.composited(with: white, alpha: half).samples[0] - 0.735_357) < 1e-5)
    #expect(try black.composited(with: white, alpha: half, inLinearLight: false).samples[0] == 0.5)
  }

  @Test func aPatchMayHangOverTheBorder() throws {
    let under = FloatImage(width: 4, height: 3, channels: 1)
    let patch = FloatImage(width: 3, height: 3, channels: 1, repeating: 1)
    let all = Mask(width: 3, height: 3, repeating: 1)
    #expect(
      try under.composited(with: patch, alpha: all, x: -1, y: 1).samples == [
        0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0,
      ])
    #expect(
      try under.composited(with: patch, alpha: all, x: 3, y: -2).samples == [0, 0, 0, 1]
        + [Float](repeating: 0, count: 8))
    #expect(try under.composited(with: patch, alpha: all, x: 9, y: 9) == under)
    #expect(throws: ImageProcessingError.self) {
      try under.composited(with: patch, alpha: Mask(width: 2, height: 3))
    }
  }

  @Test func differencesOutsideAreFound() throws {
    let a = picture(8, 8) { x, y, c in Float(x + y + c) }
    var b = a
    b[3, 3, 1] += 0.25
    b[6, 6, 0] -= 0.5
    let difference = try PictureDifference(a, b, mask: mask(8, 8) { x, _ in x > 5 ? 0.1 : 0 })
    #expect(difference.maximumOutside == 0.25 && difference.changedPixelsOutside == 1)
    #expect(difference.maximumInside == 0.5 && difference.changedPixelsInside == 1)
  }

  /// Where source and edit differ by a plane, the membrane is that plane.
  @Test func aPlaneIsClonedExactly() throws {
    for (width, height, area) in [
      (70, 50, disc(70, 50, x: 33, y: 24, radius: 19)),
      (
        64, 64, mask(64, 64) { x, y in (x / 7 + y / 5) % 3 > 0 && x > 0 && y > 0 && x < 63 && y < 63 ? 1 : 0 }
      ),
      (9, 40, mask(9, 40) { x, y in x == 4 && y > 2 && y < 37 ? 1 : 0 }),
    ] {
      let source = picture(width, height) { x, y, c in
        0.2 + 0.004 * Float(x) - 0.003 * Float(y) + 0.1 * Float(c)
      }
      let edited = FloatImage(width: width, height: height, channels: 3, repeating: 0.4)
      let (result, steps) = try PoissonSeam.clone(edited, into: source, mask: area)
      // The solver stops at a residual of 1e-5 of its right-hand side, on values of a few tenths.
      for (a, b) in zip(result.samples, source.samples) { #expect(abs(a - b) < 1e-4) }
      #expect(steps < 40)
    }
  }

  @Test func cloningKeepsTheEditsDetailAndTheSourceOutside() throws {
    var numbers = Scramble(state: 8)
    let source = picture(60, 60) { _, _, _ in 0.6 }
    let detail = picture(60, 60) { _, _, _ in 0.1 * numbers.next() }
    let area = disc(60, 60, x: 30, y: 30, radius: 20)
    // The edit is 0.3 too dark all over and flat at the mask's border.
    let inner = disc(60, 60, x: 30, y: 30, radius: 15)
    let edited = picture(60, 60) { x, y, c in 0.3 + (inner[x, y] > 0 ? detail[x, y, c] : 0) }
    let (result, _) = try PoissonSeam.clone(edited, into: source, mask: area)
    for y in 0..<60 {
      for x in 0..<60 {
        let expected = area[x, y] > 0 ? edited[x, y, 0] + 0.3 : 0.6
        #expect(abs(result[x, y, 0] - expected) < 1e-4)
        if area[x, y] == 0 { #expect(result[x, y, 0] == 0.6) }
      }
    }
  }

  /// At the picture's border there is nothing to meet: the correction goes on level.
  @Test func aMaskAtThePicturesBorder() throws {
    let area = mask(40, 30) { x, _ in x < 20 ? 1 : 0 }
    let source = FloatImage(width: 40, height: 30, channels: 1, repeating: 0.7)
    let edited = FloatImage(width: 40, height: 30, channels: 1, repeating: 0.2)
    let (result, _) = try PoissonSeam.clone(edited, into: source, mask: area)
    #expect(result.samples.allSatisfy { abs($0 - 0.7) < 1e-4 })
    // Nothing but mask: nothing to meet anywhere, and the edit stays as it is.
    let whole = Mask(width: 40, height: 30, repeating: 1)
    #expect(try PoissonSeam.clone(edited, into: source, mask: whole).image == edited)
    #expect(try PoissonSeam.clone(edited, into: source, mask: Mask(width: 40, height: 30)).image == source)
  }

  @Test func seamRatios() {
    let area = mask(20, 20) { x, y in (5..<15).contains(x) && (5..<15).contains(y) ? 1 : 0 }
    // A ramp is as steep across the border as inside.
    let ramp = picture(20, 20) { x, y, _ in Float(x + y) / 40 }
    #expect(abs((ramp.seamRatio(along: area) ?? 0) - 1) < 1e-4)
    // A step of ten units at the border.
    let step = picture(20, 20) { x, y, _ in Float(x + y) / 40 + (area[x, y] > 0 ? 1 : 0) }
    #expect((step.seamRatio(along: area) ?? 0) > 20)
    #expect(FloatImage(width: 20, height: 20, channels: 1).seamRatio(along: area) == nil)
    #expect(ramp.seamRatio(along: Mask(width: 20, height: 20)) == nil)

    // One whole wave along x and half a wave along y.
    let wave = picture(64, 64) { x, y, _ in
      Float(0.5 + 0.25 * cosine(Double(x) / 64) + 0.25 * cosine(Double(y) / 128))
    }
    let ratio = wave.repeatSeamRatio()
    #expect(abs((ratio.x ?? 0)) < 0.2 || abs((ratio.x ?? 0) - 1) < 1)
    #expect((ratio.y ?? 0) > 30)
    let flat = picture(8, 8) { x, _, _ in Float(x % 2) }
    #expect(flat.repeatSeamRatio().x == 1)
    #expect(flat.repeatSeamRatio().y == nil)
  }

  /// cos(2 pi t) by symmetric quadratics: smooth enough for a wave.
  func cosine(_ t: Double) -> Double {
    let phase = t - t.rounded(.down)
    let x = abs(phase - 0.5) * 4 - 1
    return x * (2 - abs(x))
  }

  @Test func contactSheets() throws {
    let red = picture(40, 20) { _, _, c in c == 0 ? 1 : 0 }
    let blue = picture(5, 10) { _, _, c in c == 2 ? 1 : 0 }
    let sheet = try ContactSheet(columns: 2, cell: 20, gap: 2, background: 0.5).image(of: [red, blue, red])
    #expect(sheet.width == 46 && sheet.height == 46)
    #expect(sheet[12, 12, 0] > 0.99 && sheet[12, 12, 2] < 0.01)
    #expect(sheet[34, 12, 2] > 0.99 && sheet[34, 12, 0] < 0.01)
    #expect(sheet[12, 34, 0] > 0.99)
    #expect(sheet[34, 34, 0] == 0.5 && sheet[0, 0, 0] == 0.5 && sheet[12, 4, 0] == 0.5)
    #expect(throws: ImageProcessingError.self) { try ContactSheet(columns: 2).image(of: []) }
    #expect(throws: ImageProcessingError.self) {
      try ContactSheet(columns: 2).image(of: [red, FloatImage(width: 2, height: 2, channels: 1)])
    }
  }
}
