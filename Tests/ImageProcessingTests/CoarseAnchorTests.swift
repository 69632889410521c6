import Images
import Testing

@testable import ImageProcessing

@Suite struct CoarseAnchorTests {
  private func picture(_ width: Int, _ height: Int) -> FloatImage {
    FloatImage(
      width: width, height: height, channels: 3,
      samples: (0..<width * height * 3).map { Float($0 * 7919 % 1009) / 1009 })
  }

  @Test func hiddenColoursComeFromWhatIsSeen() {
    var rows = PictureRows(
      color: FloatImage(width: 40, height: 24, channels: 3, repeating: 1),
      alpha: Mask(width: 40, height: 24))
    for y in 0..<24 {
      for x in 30..<40 {
        rows.alpha?[x, y] = 1
        rows.color[x, y, 0] = 0.25
      }
    }
    var hidden = HiddenColors(width: 40, height: 24)
    hidden.look(at: rows[0..<5])
    hidden.look(at: rows[5..<24])
    hidden.fill()
    let result = hidden.replaced(in: rows[10..<24], first: 10)
    for x in 0..<40 {
      #expect(abs(result.color[x, 3, 0] - 0.25) < 1e-3)
      #expect(abs(result.color[x, 3, 1] - 1) < 1e-3)
    }
    #expect(result.alpha?.values == rows[10..<24].alpha?.values)
    // A picture of which nothing is seen has no colour.
    var empty = HiddenColors(width: 3, height: 2)
    empty.look(at: PictureRows(color: picture(3, 2), alpha: Mask(width: 3, height: 2)))
    empty.fill()
    let black = empty.replaced(
      in: PictureRows(color: picture(3, 2), alpha: Mask(width: 3, height: 2)), first: 0)
    #expect(black.color.samples.allSatisfy { $0 == 0 })
  }

  @Test func anAnchoredPictureIsItsBaseWhenShrunk() throws {
    let base = try picture(10, 9).resized(width: 40, height: 36, filter: .lanczos3)
    let picture = picture(40, 36)
    var anchor = CoarseAnchor(width: 40, height: 36, coarseWidth: 10, coarseHeight: 9)
    var samples: [Float] = []
    for y in 0..<36 {
      let line = y * 120..<(y + 1) * 120
      anchor.push(Array(picture.samples[line]), base: Array(base.samples[line])) { samples += $0 }
    }
    #expect(samples.count == picture.samples.count)
    let result = FloatImage(width: 40, height: 36, channels: 3, samples: samples)
    func shrunk(_ image: FloatImage) throws -> [Float] {
      try image.resized(width: 10, height: 9, filter: .area).samples
    }
    func distance(_ a: [Float], _ b: [Float]) -> Float {
      (zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / Float(a.count)).squareRoot()
    }
    let (before, after) = (
      distance(try shrunk(picture), try shrunk(base)), distance(try shrunk(result), try shrunk(base))
    )
    // The mean of what cubic interpolation made is not the identity near the finest waves, of which noise is full.
    #expect(after < 0.6 * before, "\(after) of \(before)")
    // What is finer is the picture's own.
    let fine = zip(picture.samples, base.samples).map { $0 - $1 }
    let kept = zip(result.samples, base.samples).map { $0 - $1 }
    #expect(distance(fine, kept) < 0.5 * distance(fine, fine.map { _ in 0 }))
  }
}
