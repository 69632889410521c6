import Foundation
import Images
import Testing

@testable import ImageCodecs

@Suite struct HostileFileTests {
  private func failure(_ body: () throws -> Void) -> ImageCodecError? {
    do {
      try body()
      return nil
    } catch {
      return error as? ImageCodecError
    }
  }

  /// Cut at 24 places: an error, or, where the cut took nothing that belongs to the picture, the same picture.
  @Test(arguments: Fixture.all)
  func truncatedFilesAreRefused(_ fixture: Fixture) throws {
    let bytes = try Fixture.bytes(fixture.name)
    let whole = try ImageReader.decode(bytes: bytes)
    var refused = 0
    for cut in 0..<24 {
      let part = [UInt8](bytes.prefix(bytes.count * cut / 24 + (cut > 0 ? cut * 7 % 11 - 5 : 0)))
      do {
        let image = try ImageReader.decode(bytes: part, name: "cut")
        #expect(image.bytes == whole.bytes)
      } catch let error as ImageCodecError {
        refused += 1
        #expect(error.category == .badData, "\(error)")
      }
    }
    #expect(refused >= (fixture.name.hasSuffix("tif") ? 6 : 24))
  }

  /// 150 damaged versions of every fixture: a picture or an error of ours, never a crash.
  @Test(arguments: Fixture.all)
  func damagedFilesNeverCrash(_ fixture: Fixture) throws {
    let bytes = try Fixture.bytes(fixture.name)
    let limits = ImageLimits(maximumPixels: 1 << 22, maximumBytes: 1 << 26)
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<150 {
      var damaged = bytes
      for _ in 0...random(4) {
        // Headers and directories, at both ends, are where the interesting numbers are.
        let position =
          round % 3 == 0
          ? random(damaged.count)
          : round % 3 == 1
            ? random(min(damaged.count, 200)) : damaged.count - 1 - random(min(damaged.count, 300))
        damaged[position] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random(256))][random(6)]
      }
      do {
        let image = try ImageReader.decode(bytes: damaged, limits: limits)
        #expect(image.bytes.count == image.header.rowBytes * image.height)
      } catch {
        #expect(error is ImageCodecError)
      }
    }
  }

  @Test func damagedExifNeverCrashes() throws {
    let source = try #require(ImageReader(path: Fixture.path("exif.tif")).header.metadata.exif)
    var state: UInt64 = 3
    for _ in 0..<20_000 {
      var block = source
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        block[4 + Int(state >> 33) % (block.count - 4)] =
          [0, 0xFF, UInt8(truncatingIfNeeded: state >> 20)][
            Int(state >> 50) % 3]
      }
      var exif = try #require(ExifBlock(block))
      _ = exif.describe(width: 70_000, height: 3)
      _ = TIFFMetadata.side(of: exif.bytes, isBig: false)
    }
  }

  @Test func aHugePNGIsRefusedBeforeAnythingIsAllocated() throws {
    var bytes = try Fixture.bytes("gray1.png")
    for (index, byte) in [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF].enumerated() {
      bytes[16 + index] = UInt8(byte)
    }
    let error = failure { _ = try ImageReader(bytes: bytes, name: "huge.png") }
    #expect(error?.category == .overBudget)
    #expect(
      error?.description.contains("2147483647 x 2147483647 pixels, over the limit of 1073741824") == true)
  }

  @Test func memoryIsCheckedAgainstTheHeader() throws {
    let limits = ImageLimits(maximumBytes: 1000)
    let wide = failure { _ = try ImageReader.decode(path: Fixture.path("progressive.jpg"), limits: limits) }
    #expect(wide?.category == .overBudget)
    let interlaced = failure {
      _ = try ImageReader(path: Fixture.path("rgb16-adam7.png"), limits: ImageLimits(maximumBytes: 700))
    }
    #expect(interlaced?.category == .overBudget)
    let pixels = failure {
      _ = try ImageReader(path: Fixture.path("pages.tif"), limits: ImageLimits(maximumPixels: 100))
    }
    #expect(pixels?.category == .overBudget)
  }

  @Test(arguments: [
    ("", "empty"), ("just some words\n", "text file"), ("GIF89a\u{1}\u{0}", "GIF"), ("%PDF-1.7\u{0}", "PDF"),
    ("RIFF\u{1}\u{1}\u{0}\u{0}WEBPVP8 ", "WebP"), ("\u{1}\u{2}\u{3}", "no known kind (first bytes 01 02 03)"),
  ])
  func otherFilesAreNamed(_ content: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    try Data(content.utf8).write(to: folder.url.appending(path: "odd.png"))
    let error = failure { _ = try ImageReader(path: folder.path("odd.png")) }
    #expect(error?.category == .badData)
    #expect(error?.description.contains(name) == true, "\(String(describing: error))")
  }

  @Test func missingInputsAreMissing() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path("nothing.png"), folder.url.path] {
      #expect(failure { _ = try ImageReader(path: path) }?.category == .missingInput)
    }
  }

  @Test func theContentDecidesNotTheName() throws {
    let folder = try TemporaryFolder()
    try Data(Fixture.bytes("gray.jpg")).write(to: folder.url.appending(path: "really-a-jpeg.png"))
    #expect(try ImageReader(path: folder.path("really-a-jpeg.png")).header.source?.fileFormat == .jpeg)
  }
}
