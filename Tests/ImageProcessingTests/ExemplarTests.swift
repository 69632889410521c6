import Images
import Tensors
import Testing

@testable import ImageProcessing

/// Holes in pictures whose continuation is known.
@Suite struct ExemplarTests {
  private static let side = 96
  private static let hole = PixelRect(x: 34, y: 38, width: 27, height: 22)

  private static func region(_ rect: PixelRect = hole) -> Mask {
    mask(side, side) { x, y in rect.intersection(PixelRect(x: x, y: y, width: 1, height: 1)).isEmpty ? 0 : 1 }
  }

  private static func square(_ value: (_ x: Int, _ y: Int, _ channel: Int) -> Float) -> FloatImage {
    picture(side, side, value)
  }

  /// Random, the same for the same place.
  private static func noise(_ x: Int, _ y: Int, _ channel: Int) -> Float {
    Float(CounterGenerator(seed: 5).bits(UInt64((y * side + x) * 3 + channel)) >> 40) / Float(1 << 24)
  }

  private static func holed(_ picture: FloatImage, _ mask: Mask) -> FloatImage {
    var result = picture
    for pixel in mask.values.indices where mask.values[pixel] > 0 {
      for c in 0..<3 { result.samples[3 * pixel + c] = c == 1 ? 0 : 1 }
    }
    return result
  }

  private static func filled(_ picture: FloatImage, _ mask: Mask = region()) throws -> FloatImage {
    try ExemplarCompletion().fill(holed(picture, mask), mask: mask)
  }

  private static func deviation(_ first: FloatImage, _ second: FloatImage) -> Float {
    zip(first.samples, second.samples).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func aPatternThatRepeatsGoesOn() throws {
    // Random pixels that repeat every 13 across and 9 down: only the right offset fits.
    let truth = Self.square { Self.noise($0 % 13, $1 % 9, $2) }
    // The Poisson solver stops at 1e-5 of what it is given, which is nothing here.
    #expect(Self.deviation(try Self.filled(truth), truth) < 1e-4)
  }

  @Test func smoothPicturesStaySmooth() throws {
    let flat = Self.square { _, _, c in c == 0 ? 0.8 : 0.1 }
    #expect(Self.deviation(try Self.filled(flat), flat) < 1e-5)
    let ramp = Self.square { x, y, c in Float(2 * x + y * c) * 0.002 + 0.2 }
    // Half a level of 8 bits.
    #expect(Self.deviation(try Self.filled(ramp), ramp) < 0.5 / 255)
  }

  @Test func grainStays() throws {
    let truth = Self.square { 0.4 + 0.2 * Self.noise($0, $1, $2) }
    let filled = try Self.filled(truth)
    func deviation(_ picture: FloatImage) -> Float {
      var (sum, squares, count): (Float, Float, Float) = (0, 0, 0)
      for y in Self.hole.y..<Self.hole.maxY {
        for x in Self.hole.x..<Self.hole.maxX {
          sum += picture[x, y, 1]
          squares += picture[x, y, 1] * picture[x, y, 1]
          count += 1
        }
      }
      return (squares / count - sum * sum / (count * count)).squareRoot()
    }
    // A mean of four pixels would have half of it.
    #expect(deviation(filled) > 0.85 * deviation(truth))
  }

  @Test func everythingElseIsUntouched() throws {
    let truth = Self.square(Self.noise)
    let mask = Self.region()
    let filled = try Self.filled(truth, mask)
    for pixel in mask.values.indices where mask.values[pixel] == 0 {
      #expect(filled.samples[3 * pixel..<3 * pixel + 3] == truth.samples[3 * pixel..<3 * pixel + 3])
    }
  }

  @Test func whatIsInTheHoleDoesNotCount() throws {
    let (truth, mask) = (Self.square(Self.noise), Self.region())
    let completion = ExemplarCompletion()
    #expect(
      try completion.fill(truth, mask: mask) == completion.fill(Self.holed(truth, mask), mask: mask))
  }

  @Test func threadsChangeNothing() throws {
    let truth = Self.square { x, y, c in (x / 7 + y / 5) % 2 == 0 ? 0.5 * Self.noise(x, y, c) : 0.7 }
    let threads = ThreadPool.threadCount
    defer { ThreadPool.threadCount = threads }
    ThreadPool.threadCount = 1
    let one = try Self.filled(truth)
    ThreadPool.threadCount = 3
    #expect(try Self.filled(truth) == one)
  }

  @Test(arguments: [0, 2]) func theGuideSaysWhatGoesWhere(channel: Int) throws {
    // Red grain to the left, blue to the right, the hole between them.
    let truth = picture(256, 256) { x, y, c in
      Self.noise(x, y, c) * 0.2 + (c == (x < 128 ? 0 : 2) ? Float(0.6) : Float(0.1))
    }
    let hole = disc(256, 256, x: 128, y: 128, radius: 58)
    #expect(ExemplarCompletion.usesGuide(innerRadius: hole.innerRadius()))
    let guide = picture(256, 256) { _, _, c in c == channel ? 0.7 : 0.2 }
    let filled = try ExemplarCompletion(guideWeight: 4).fill(
      Self.holed(truth, hole), mask: hole, guide: guide)
    var sums: [Float] = [0, 0, 0]
    for y in 112..<144 { for x in 112..<144 { for c in 0..<3 { sums[c] += filled[x, y, c] } } }
    // The scene is the same for both but for its mirror image; tones are moved to meet either side.
    #expect(sums[channel] > 1.1 * sums[2 - channel])
  }

  @Test func aSmallHoleIsNotGuided() throws {
    let (truth, mask) = (Self.square(Self.noise), Self.region())
    #expect(!ExemplarCompletion.usesGuide(innerRadius: mask.innerRadius()))
    let guide = Self.square { _, _, _ in 1 }
    #expect(
      try ExemplarCompletion().fill(truth, mask: mask, guide: guide)
        == ExemplarCompletion().fill(truth, mask: mask))
  }

  @Test func holesAtTheBorderAreFilled() throws {
    let truth = Self.square { Self.noise($0 % 8, $1 % 8, $2) }
    let corner = Self.region(PixelRect(x: 0, y: 70, width: 30, height: 26))
    #expect(Self.deviation(try Self.filled(truth, corner), truth) < 1e-4)
  }

  @Test func thinHolesAreFilled() throws {
    let truth = Self.square { Self.noise($0 % 8, $1 % 8, $2) }
    let wire = Self.region(PixelRect(x: 5, y: 40, width: 86, height: 2))
    #expect(Self.deviation(try Self.filled(truth, wire), truth) < 1e-4)
  }

  @Test func withoutSurroundingsTheNearestPixelsAreMirrored() throws {
    let truth = Self.square { x, _, _ in x < 4 ? 0.25 : 0.75 }
    let mask = Self.region(PixelRect(x: 4, y: 0, width: 92, height: 96))
    let filled = try Self.filled(truth, mask)
    #expect(filled.samples.allSatisfy { $0 == 0.25 })
    let all = Mask(width: Self.side, height: Self.side, repeating: 1)
    #expect(try ExemplarCompletion().fill(truth, mask: all) == truth)
  }
}
