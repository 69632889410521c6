import Images
import Testing

@testable import ImageProcessing

@Suite struct CropChoiceTests {
  func choose(
    _ box: PixelRect, _ width: Int, _ height: Int, budget: Int = 256 * 256
  ) throws -> CropChoice {
    try CropChoice(
      around: box, pictureWidth: width, pictureHeight: height, options: CropOptions(pixelBudget: budget))
  }

  @Test func everyChoiceKeepsItsPromises() throws {
    var numbers = Scramble(state: 9)
    for _ in 0..<3000 {
      let width = 20 + Int(numbers.next() * 1500)
      let height = 20 + Int(numbers.next() * 1500)
      let boxWidth = 1 + Int(numbers.next() * numbers.next() * Float(width - 1))
      let boxHeight = 1 + Int(numbers.next() * numbers.next() * Float(height - 1))
      let box = PixelRect(
        x: Int(numbers.next() * Float(width - boxWidth)), y: Int(numbers.next() * Float(height - boxHeight)),
        width: boxWidth, height: boxHeight)
      let choice = try choose(box, width, height)
      let picture = PixelRect(x: 0, y: 0, width: width, height: height)
      let context = max(32, Int((0.06 * Double(max(boxWidth, boxHeight))).rounded(.up)))
      let needed = PixelRect(
        x: box.x - context, y: box.y - context, width: boxWidth + 2 * context, height: boxHeight + 2 * context
      ).intersection(picture)
      // The box and its context, whole.
      #expect(choice.rect.intersection(needed) == needed)
      // The model's step and budget.
      #expect(choice.modelWidth % 16 == 0 && choice.modelHeight % 16 == 0)
      #expect(choice.modelWidth * choice.modelHeight <= 256 * 256)
      #expect(choice.modelWidth * choice.modelHeight >= 256 * 256 * 6 / 10)
      // Inside the picture, if the picture is as large as the model's longer side may be.
      let scaleX = Double(choice.modelWidth) / Double(choice.rect.width)
      let scaleY = Double(choice.modelHeight) / Double(choice.rect.height)
      if min(width, height) >= 368 { #expect(choice.rect.intersection(picture) == choice.rect) }
      // Enlarged at most twofold, and alike in both directions but for rounding and a squeeze by a seventh.
      #expect(max(scaleX, scaleY) <= 2 * 8.0 / 7 + 0.02)
      #expect(abs(scaleX / scaleY - 1) < 0.2)
    }
  }

  @Test func aSmallHoleInALargePictureIsShownLarge() throws {
    let choice = try choose(PixelRect(x: 400, y: 300, width: 40, height: 40), 1000, 800)
    #expect(
      choice
        == CropChoice(
          rect: PixelRect(x: 356, y: 256, width: 128, height: 128), modelWidth: 256, modelHeight: 256))
  }

  @Test func aRegionAboutTheModelsSizeIsShownAsItIs() throws {
    let choice = try choose(PixelRect(x: 400, y: 300, width: 120, height: 120), 1000, 800)
    #expect(choice.isNative)
    #expect(choice.rect == PixelRect(x: 332, y: 232, width: 256, height: 256))
  }

  @Test func aLargeRegionIsReduced() throws {
    let choice = try choose(PixelRect(x: 100, y: 100, width: 800, height: 400), 1200, 800)
    #expect(choice.rect.width >= 896 && choice.rect.height >= 496)
    #expect(choice.modelWidth > choice.modelHeight)
    #expect(choice.rect.intersection(PixelRect(x: 0, y: 0, width: 1200, height: 800)) == choice.rect)
  }

  @Test func theCropStaysInsideAtACorner() throws {
    let choice = try choose(PixelRect(x: 960, y: 780, width: 40, height: 20), 1000, 800)
    #expect(choice.rect.maxX == 1000 && choice.rect.maxY == 800)
  }

  @Test func aPictureSmallerThanTheModelIsEnlargedThenMirrored() throws {
    let choice = try choose(PixelRect(x: 10, y: 10, width: 10, height: 10), 200, 200)
    #expect(choice.rect.intersection(PixelRect(x: 0, y: 0, width: 200, height: 200)) == choice.rect)
    let tiny = try choose(PixelRect(x: 3, y: 3, width: 4, height: 4), 40, 40)
    #expect(tiny.rect == PixelRect(x: -44, y: -44, width: 128, height: 128))
  }

  @Test func nonsenseIsRefused() {
    #expect(throws: ImageProcessingError.self) {
      try choose(PixelRect(x: 90, y: 0, width: 20, height: 20), 100, 100)
    }
    #expect(throws: ImageProcessingError.self) {
      try choose(PixelRect(x: 0, y: 0, width: 0, height: 20), 100, 100)
    }
    #expect(throws: ImageProcessingError.self) {
      try choose(PixelRect(x: 0, y: 0, width: 20, height: 20), 100, 100, budget: 255)
    }
  }
}
