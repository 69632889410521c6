import Images
import Testing

@testable import ImageProcessing

@Suite struct SourceAnchorTests {
  private func anchored(_ picture: FloatImage, to source: FloatImage) -> FloatImage {
    var anchor = SourceAnchor(
      width: picture.width, height: picture.height, sourceWidth: source.width, sourceHeight: source.height)
    var (samples, next): ([Float], Int) = ([], 0)
    let (row, sourceRow) = (picture.width * 3, source.width * 3)
    for y in 0..<picture.height {
      anchor.push(
        Array(picture.samples[y * row..<(y + 1) * row]),
        source: {
          defer { next += 1 }
          return Array(source.samples[next * sourceRow..<(next + 1) * sourceRow])
        }, emit: { samples += $0 })
    }
    #expect(next == source.height)
    return FloatImage(width: picture.width, height: picture.height, channels: 3, samples: samples)
  }

  private func made(_ width: Int, _ height: Int, _ value: (Int, Int, Int) -> Float) -> FloatImage {
    var picture = FloatImage(width: width, height: height, channels: 3)
    for y in 0..<height {
      for x in 0..<width { for channel in 0..<3 { picture[x, y, channel] = value(x, y, channel) } }
    }
    return picture
  }

  /// What is off at the source's size is taken back, at sizes that are no multiples too.
  @Test(arguments: [(96, 80), (60, 50), (24, 20)])
  func theResultShrunkIsTheSource(width: Int, height: Int) throws {
    let source = made(24, 20) { x, y, channel in
      let stripe = Float((x + channel) % 5)
      return 0.5 + 0.04 * stripe + 0.01 * Float(y % 3)
    }
    let plain = try source.resized(width: width, height: height, filter: .bicubic)
    // Darker everywhere, and more so to the right.
    let wrong = made(width, height) { x, y, channel in
      let share = Float(x) / Float(width)
      return plain[x, y, channel] - 0.05 - 0.05 * share
    }
    let result = anchored(wrong, to: source)
    func error(_ picture: FloatImage) throws -> Float {
      let shrunk = try picture.resized(width: 24, height: 20, filter: .area)
      let differences = zip(shrunk.samples, source.samples).map { abs($0 - $1) }
      return differences.reduce(0, +) / Float(differences.count)
    }
    #expect(try error(wrong) > 0.07)
    // One correction leaves what cubic interpolation blurs of it.
    #expect(try error(result) < 0.012)
  }

  /// A picture with outlines beside an edge loses them.
  @Test func staysWithinTheSourcesRange() {
    let source = made(16, 12) { x, _, _ in x < 8 ? 0.25 : 0.75 }
    let outlined = made(64, 48) { x, _, _ in
      if x >= 32 { return x < 36 ? 1.4 : 0.75 }
      return x < 28 ? 0.25 : -0.3
    }
    let result = anchored(outlined, to: source)
    let margin: Float = 0.12 * 0.5 + 1e-5
    #expect((result.samples.min() ?? 0) >= 0.25 - margin && (result.samples.max() ?? 1) <= 0.75 + margin)
  }

  @Test func onePixelIsEnough() {
    let source = made(1, 1) { _, _, channel in Float(channel) / 4 }
    let result = anchored(made(5, 3) { _, _, _ in 0.9 }, to: source)
    #expect(zip(result.samples, (0..<45).map { Float($0 % 3) / 4 }).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
