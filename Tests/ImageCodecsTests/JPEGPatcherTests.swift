import Foundation
import Images
import Testing

@testable import ImageCodecs

@Suite struct JPEGPatcherTests {
  /// A grey square in the middle of a picture.
  private func edit(_ name: String) throws -> (original: Image, color: WorkingColor, patch: Patch) {
    let original = try ImageReader.decode(path: Fixture.path(name))
    let rect = PixelRect(x: 17, y: 9, width: 7, height: 6)
    let patch = Patch(
      rect: rect, color: FloatImage(width: 7, height: 6, channels: 3, repeating: 0.4),
      changed: Mask(width: 7, height: 6, repeating: 1))
    return (original, try WorkingColor(header: original.header), patch)
  }

  /// Blocks that are not touched decode to the very same samples. The patch lies in columns 16 to 23 and rows 8 to 15,
  /// one block, but with subsampled colour in the 16 x 16 block from column 16 and row 0; smooth enlarging of colour
  /// reaches one pixel further.
  @Test(arguments: ["progressive.jpg", "gray.jpg"])
  func untouchedBlocksDecodeToTheSameSamples(_ name: String) throws {
    let folder = try TemporaryFolder()
    let (original, color, patch) = try edit(name)
    #expect(JPEGPatcher.obstacle(for: original.header) == nil)
    try JPEGPatcher.write(
      [patch], over: Fixture.path(name), header: original.header, color: color, to: folder.path("a.jpg"))
    #expect(folder.names == ["a.jpg"])
    let again = try ImageReader.decode(path: folder.path("a.jpg"))
    let channels = again.format.channels
    let near =
      channels == 1
      ? PixelRect(x: 16, y: 8, width: 8, height: 8) : PixelRect(x: 15, y: 0, width: 18, height: 17)
    var wrong = 0
    for y in 0..<original.height {
      for x in 0..<original.width {
        let range = (y * original.width + x) * channels..<(y * original.width + x + 1) * channels
        let isNear = x >= near.x && x < near.maxX && y >= near.y && y < near.maxY
        if !isNear, again.bytes[range] != original.bytes[range] { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    // In the patch it is the edit, as near as the tables allow.
    let middle = (12 * original.width + 20) * channels
    #expect(abs(Int(again.bytes[middle]) - 102) < 12)
    #expect(again.header.source?.jpeg == original.header.source?.jpeg)
    #expect(again.header.source?.isProgressive == original.header.source?.isProgressive)
  }

  @Test func withoutAPatchAllSamplesStay() throws {
    let folder = try TemporaryFolder()
    let (original, color, _) = try edit("progressive.jpg")
    var header = original.header
    header.metadata.recipe = "nothing"
    try JPEGPatcher.write(
      [], over: Fixture.path("progressive.jpg"), header: header, color: color, to: folder.path("a.jpg"))
    let again = try ImageReader.decode(path: folder.path("a.jpg"))
    #expect(again.bytes == original.bytes)
    #expect(again.header.metadata.recipe == "nothing")
  }

  @Test(arguments: ["gray4.png", "exif-thumbnail.jpg", "cmyk-adobe.jpg"])
  func whatCannotBeKeptIsSaid(_ name: String) throws {
    #expect(JPEGPatcher.obstacle(for: try ImageReader(path: Fixture.path(name)).header) != nil)
  }

  @Test func anotherOriginalIsRefused() throws {
    let folder = try TemporaryFolder()
    let (image, color, patch) = try edit("gray.jpg")
    // Another picture, a cut one, and no picture.
    try Data(Fixture.bytes("gray.jpg").dropLast(60)).write(to: folder.url.appending(path: "cut.jpg"))
    for original in [Fixture.path("progressive.jpg"), folder.path("cut.jpg"), Fixture.path("gray4.png")] {
      #expect(throws: ImageCodecError.self) {
        try JPEGPatcher.write(
          [patch], over: original, header: image.header, color: color, to: folder.path("a.jpg"))
      }
    }
    #expect(folder.names == ["cut.jpg"])
  }
}
