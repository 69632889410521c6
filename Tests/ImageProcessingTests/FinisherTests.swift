import Images
import Testing

@testable import ImageProcessing

@Suite struct FinisherTests {
  let source: FloatImage
  let mask = disc(120, 100, x: 60, y: 50, radius: 28)

  init() {
    var numbers = Scramble(state: 6)
    source = picture(120, 100) { x, y, channel in
      0.3 + 0.1 * Float(channel) + 0.002 * Float(x) + 0.15 * numbers.next()
    }
  }

  /// The source with other grain inside the mask and everything a little darker and greener.
  func edited() -> FloatImage {
    var numbers = Scramble(state: 77)
    return picture(120, 100) { x, y, channel in
      let grain =
        mask[x, y] > 0
        ? 0.3 + 0.1 * Float(channel) + 0.002 * Float(x) + 0.15 * numbers.next() : source[x, y, channel]
      return grain - (channel == 1 ? 0.02 : 0.05)
    }
  }

  static let options: [FinishOptions] = ColorMatchMethod.allCases.flatMap { method in
    SeamMethod.allCases.map { FinishOptions(colorMatch: ColorMatch(method: method), seam: $0) }
  }

  @Test(arguments: options.indices) func nothingChangesOutsideTheMask(_ index: Int) throws {
    let patch = try Finisher(options: Self.options[index]).finish(
      source: source, edited: edited(), mask: mask)
    for pixel in mask.values.indices {
      #expect((patch.alpha.values[pixel] > 0) == (mask.values[pixel] > 0))
    }
    let result = try source.composited(with: patch.pixels, alpha: patch.alpha)
    let difference = try PictureDifference(source, result, mask: mask)
    #expect(difference.maximumOutside == 0)
    #expect(difference.changedPixelsInside > 2000)
    #expect(patch.pixels.width == 120 && patch.pixels.height == 100)
    #expect((patch.report.poissonSteps > 0) == (Self.options[index].seam == .poisson))
  }

  @Test func theSeamShowsLessAndTheColoursComeBack() throws {
    let plain = FinishOptions(colorMatch: ColorMatch(method: .none), feather: .pixels(0))
    let before = try Finisher(options: plain).finish(source: source, edited: edited(), mask: mask)
    #expect(before.report.seamRatio == before.report.seamRatioBefore)
    for options in Self.options where options.colorMatch.method != .none {
      let patch = try Finisher(options: options).finish(source: source, edited: edited(), mask: mask)
      let result = try source.composited(with: patch.pixels, alpha: patch.alpha)
      // The mean inside is the source's again: both are the same texture there.
      for channel in 0..<3 {
        var (ours, theirs) = (0.0, 0.0)
        for pixel in mask.values.indices where mask.values[pixel] > 0 {
          ours += Double(result.samples[3 * pixel + channel])
          theirs += Double(source.samples[3 * pixel + channel])
        }
        let count = Double(mask.values.reduce(0, +))
        #expect(abs(ours - theirs) / count < 0.008)
      }
      let ratio = try #require(patch.report.seamRatio)
      #expect(ratio < (before.report.seamRatio ?? 0))
    }
  }

  @Test func anEditOfTheModelsSizeIsBroughtBack() throws {
    let small = try edited().resized(width: 64, height: 48, filter: .area)
    let patch = try Finisher().finish(source: source, edited: small, mask: mask)
    #expect(patch.pixels.width == 120 && patch.pixels.height == 100)
    #expect(patch.report.colorMatch.shift[0] > 2)
  }

  @Test func whatDoesNotFitIsRefused() {
    #expect(throws: ImageProcessingError.emptyMask) {
      try Finisher().finish(source: source, edited: edited(), mask: Mask(width: 120, height: 100))
    }
    #expect(throws: ImageProcessingError.self) {
      try Finisher().finish(
        source: source, edited: edited(), mask: Mask(width: 100, height: 120, repeating: 1))
    }
    #expect(throws: ImageProcessingError.self) {
      try Finisher().finish(
        source: FloatImage(width: 120, height: 100, channels: 1), edited: edited(), mask: mask)
    }
  }
}
