import Images
import Testing

@testable import Matting

@Suite struct GrabCutTests {
  /// A disc of two reds on blues, with noise; the colours of the sides overlap nowhere.
  private static func scene(_ side: Int) -> (picture: FloatImage, truth: Mask) {
    var random = TestRandom(9)
    let truth = SyntheticMatte.disc(
      width: side, height: side, radius: Float(side) * 0.29, softness: 1e-3)
    var picture = SyntheticMatte.composite(
      truth, foreground: { x, y in (x + y) % 9 < 4 ? [0.8, 0.2, 0.1] : [0.6, 0.3, 0.3] },
      background: { x, y in (x - y) % 7 < 3 ? [0.1, 0.2, 0.7] : [0.2, 0.5, 0.6] })
    for index in picture.samples.indices { picture.samples[index] += 0.1 * (random.unit() - 0.5) }
    return (picture, truth)
  }

  @Test func findsADiscInARectangle() throws {
    let (picture, truth) = Self.scene(96)
    let scribbles = try Scribbles(
      rectangle: PixelRect(x: 12, y: 12, width: 72, height: 72), width: 96, height: 96)
    #expect(try GrabCut().segment(picture, scribbles: scribbles) == truth)
  }

  @Test func findsADiscFromTwoStrokes() throws {
    let (picture, truth) = Self.scene(96)
    var scribbles = Scribbles(
      width: 96, height: 96, marks: [Scribbles.Mark](repeating: .none, count: 96 * 96))
    for i in 36..<60 { scribbles.marks[48 * 96 + i] = .foreground }
    for i in 4..<92 { scribbles.marks[6 * 96 + i] = .background }
    #expect(try GrabCut().segment(picture, scribbles: scribbles) == truth)
  }

  @Test func marksWinOverColor() throws {
    let (picture, _) = Self.scene(96)
    var scribbles = try Scribbles(
      rectangle: PixelRect(x: 12, y: 12, width: 72, height: 72), width: 96, height: 96)
    scribbles.marks[48 * 96 + 48] = .background
    scribbles.marks[20 * 96 + 20] = .foreground
    let mask = try GrabCut().segment(picture, scribbles: scribbles)
    #expect(mask[48, 48] == 0)
    #expect(mask[20, 20] == 1)
  }

  @Test func refinesALargePictureInABand() throws {
    // The coarse sizes have 48 and 96 pixels a side; the border of the finest is decided by its own pixels.
    let (picture, truth) = Self.scene(192)
    let scribbles = try Scribbles(
      rectangle: PixelRect(x: 24, y: 24, width: 144, height: 144), width: 192, height: 192)
    var grabCut = GrabCut()
    grabCut.wholeUpTo = 48 * 48
    let mask = try grabCut.segment(picture, scribbles: scribbles)
    #expect(mask == truth)
  }

  @Test func findsTheSameOnEveryRun() throws {
    var random = TestRandom(2)
    var picture = FloatImage(width: 50, height: 40, channels: 3)
    for index in picture.samples.indices { picture.samples[index] = random.unit() }
    let scribbles = try Scribbles(
      rectangle: PixelRect(x: 5, y: 5, width: 40, height: 30), width: 50, height: 40)
    let first = try GrabCut().segment(picture, scribbles: scribbles)
    #expect(try GrabCut().segment(picture, scribbles: scribbles) == first)
  }

  @Test func handlesAPictureOfOneColor() throws {
    let picture = FloatImage(width: 20, height: 20, channels: 3, repeating: 0.5)
    let scribbles = try Scribbles(
      rectangle: PixelRect(x: 5, y: 5, width: 10, height: 10), width: 20, height: 20)
    #expect(try GrabCut().segment(picture, scribbles: scribbles).values.allSatisfy { $0 == 0 || $0 == 1 })
  }

  @Test func refusesRectanglesThatSayNothing() {
    for rectangle in [
      PixelRect(x: 0, y: 0, width: 10, height: 10), PixelRect(x: 20, y: 0, width: 5, height: 5),
      PixelRect(x: 2, y: 2, width: 0, height: 3),
    ] {
      #expect(throws: MattingError.self) { try Scribbles(rectangle: rectangle, width: 10, height: 10) }
    }
  }

  @Test func keepsThinStrokesWhenHalved() {
    var scribbles = Scribbles(width: 4, height: 2, marks: [Scribbles.Mark](repeating: .none, count: 8))
    scribbles.marks[1] = .foreground
    scribbles.marks[2] = .foreground
    scribbles.marks[7] = .background
    #expect(scribbles.halved().marks == [.foreground, .none])
  }
}
