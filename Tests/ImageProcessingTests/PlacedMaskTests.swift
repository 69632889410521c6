import Images
import Testing

@testable import ImageProcessing

/// A mask held in part is the same mask.
@Suite struct PlacedMaskTests {
  /// Blobs in a picture that they leave mostly empty; `border` has some of them touch the picture's.
  func blobs(border: Bool) -> Mask {
    var numbers = Scramble(state: border ? 3 : 4)
    var mask = Mask(width: 90, height: 70)
    for (x, y, side) in [(30, 25, 9), (52, 31, 6), (27, 48, 12)] + (border ? [(0, 20, 5), (84, 64, 6)] : []) {
      for row in y..<y + side {
        for column in x..<x + side { mask[column, row] = 0.2 + 0.8 * numbers.next() }
      }
    }
    return mask
  }

  func placed(_ mask: Mask, maximumBytes: Int = .max) throws -> PlacedMask {
    var builder = PlacedMaskBuilder(width: mask.width, height: mask.height, maximumBytes: maximumBytes)
    for y in 0..<mask.height { try builder.append(mask.values[y * mask.width..<(y + 1) * mask.width]) }
    return builder.finish()
  }

  func whole(_ mask: PlacedMask) -> Mask {
    mask.cropped(to: PixelRect(x: 0, y: 0, width: mask.width, height: mask.height))
  }

  @Test(arguments: [false, true])
  func itIsTheSameMask(_ border: Bool) throws {
    let mask = blobs(border: border)
    let part = try placed(mask)
    #expect(whole(part) == mask && whole(PlacedMask(mask)) == mask)
    #expect(part.boundingBox() == mask.boundingBox())
    #expect(part.selectedPixelCount == mask.values.count { $0 > 0 })
    // Mirrored beyond the picture's border, and cut.
    for rect in [
      PixelRect(x: -20, y: -15, width: 70, height: 60), PixelRect(x: 40, y: 30, width: 90, height: 90),
      PixelRect(x: 31, y: 26, width: 5, height: 4),
    ] {
      let plane = FloatImage(width: mask.width, height: mask.height, channels: 1, samples: mask.values)
      #expect(part.cropped(to: rect).values == plane.cropped(to: rect).samples)
    }
    for radius in [Float(0), 0.5, 1, 3.7, 25, 1e9, .greatestFiniteMagnitude] {
      #expect(whole(part.grown(by: radius)) == mask.grown(by: radius))
      #expect(whole(part.shrunk(by: radius)) == mask.shrunk(by: radius))
    }
  }

  @Test func onlyWhatIsSelectedIsHeld() throws {
    #expect(try placed(blobs(border: false)).frame.height == 35)
    let none = try placed(Mask(width: 8, height: 5))
    #expect(none.stored.values.isEmpty && none.boundingBox() == nil)
    #expect(whole(none) == Mask(width: 8, height: 5))
    #expect(none.grown(by: 3) == none && none.shrunk(by: 3) == none)
    let all = try placed(Mask(width: 8, height: 5, repeating: 1))
    #expect(all == PlacedMask(Mask(width: 8, height: 5, repeating: 1)))
    // The picture's border is no border of the selection.
    #expect(all.shrunk(by: 2) == all)
  }

  /// A border that goes left and right row by row, with rows of nothing between.
  @Test func theFrameWidens() throws {
    var mask = Mask(width: 200, height: 40)
    for y in stride(from: 0, to: 40, by: 3) { mask[100 - 2 * y, y] = 1; mask[100 + 2 * y, y] = 0.5 }
    let part = try placed(mask)
    #expect(whole(part) == mask && part.frame.height == 40)
  }

  /// A narrow mask that turns wide would need room for all of its rows at that width.
  @Test func whatIsTooLargeIsRefusedBeforeItIsHeld() throws {
    var mask = Mask(width: 200, height: 51)
    for y in 0..<50 { mask[10, y] = 1 }
    for x in 0..<200 { mask[x, 50] = 1 }
    // 50 rows of one pixel, beside 51 of 200.
    #expect(throws: PlacedMaskBuilder.TooLarge.self) {
      try placed(mask, maximumBytes: 4 * (50 + 51 * 200) - 1)
    }
    #expect(whole(try placed(mask, maximumBytes: 4 * (50 + 51 * 200))) == mask)
  }
}
