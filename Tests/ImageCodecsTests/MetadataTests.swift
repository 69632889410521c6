import Images
import Testing

@testable import ImageCodecs

@Suite struct MetadataTests {
  private func encoded(_ image: Image, _ fileFormat: FileFormat) throws -> Image {
    var options = EncodingOptions()
    options.fileFormat = fileFormat
    return try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
  }

  private func fields(_ exif: [UInt8]?) throws -> (main: [TIFFField], exif: [TIFFField], gps: [TIFFField]) {
    let block = try #require(exif)
    let reader = try #require(
      TIFFDirectoryReader { offset, count in
        offset < UInt64(block.count)
          ? [UInt8](block[Int(offset)..<min(block.count, Int(offset) + count)]) : []
      })
    let main = reader.fields(at: reader.first)
    let below = { (tag: Int) in main.first { $0.tag == tag }?.number.map { reader.fields(at: $0) } ?? [] }
    return (main, below(0x8769), below(0x8825))
  }

  @Test func turnedPicturesSayThatTheyAreUpright() throws {
    let image = try ImageReader.decode(path: Fixture.path("exif-thumbnail.jpg"))
    let block = try #require(image.header.metadata.exif.flatMap(ExifBlock.init))
    #expect(block.orientation == .up)
    #expect(image.notices.contains { $0.contains("EXIF thumbnail was dropped") })
    // No picture data is left in the block.
    #expect(
      !block.bytes.indices.dropLast().contains { block.bytes[$0] == 0xFF && block.bytes[$0 + 1] == 0xD8 })
    // The stored width said 4000; the picture is 32 wide once it is turned.
    #expect(try fields(block.bytes).exif.first { $0.tag == 0xA002 }?.number == 32)
    let xmp = String(decoding: try #require(image.header.metadata.xmp), as: UTF8.self)
    #expect(xmp.contains("tiff:Orientation=\"1\""))
    #expect(xmp.contains("dc:format=\"image/jpeg\""))
    #expect(image.header.metadata.resolution == Resolution(x: 240, y: 240, unit: .inch))
    #expect(image.header.metadata.texts == [.init(keyword: "Comment", value: "a comment")])
  }

  @Test(arguments: FileFormat.allCases)
  func exifSurvivesEveryFormat(_ fileFormat: FileFormat) throws {
    let source = try ImageReader.decode(path: Fixture.path("exif.tif"))
    // Twice, so that the block is also taken out of the format it was put into.
    let image = try encoded(encoded(source, fileFormat), fileFormat)
    let found = try fields(image.header.metadata.exif)
    #expect(found.main.first { $0.tag == 271 }?.value == [UInt8]("Maker\0".utf8))
    #expect(found.main.first { $0.tag == 272 }?.value == [UInt8]("Model 5\0".utf8))
    #expect(found.exif.first { $0.tag == 0x829A }?.value == [1, 0, 0, 0, 250, 0, 0, 0])
    #expect(found.exif.first { $0.tag == 0x9003 }?.value == [UInt8]("2024:05:06 07:08:09\0".utf8))
    #expect(found.exif.first { $0.tag == 0x9286 }?.value == [UInt8]("ASCII\0\0\0hello there".utf8))
    #expect(found.gps.first { $0.tag == 2 }?.count == 3)
    #expect(image.header.metadata.resolution?.unit == (fileFormat == .png ? .centimetre : .inch))
    // PNG counts whole pixels a metre: 11811 for 300 dots an inch.
    let x = try #require(image.header.metadata.resolution?.x)
    #expect(abs(x - (fileFormat == .png ? 118.11 : 300)) < 1e-3)
  }

  @Test(arguments: FileFormat.allCases)
  func profileAndXMPSurviveEveryFormat(_ fileFormat: FileFormat) throws {
    var image = Pictures.make(PixelFormat(.uint8, .rgb))
    image.header.profile = ColorProfile(icc: try Fixture.bytes("p3.icc"), origin: .embedded)
    image.header.metadata.xmp = try ImageReader.decode(path: Fixture.path("exif-thumbnail.jpg")).header
      .metadata.xmp
    let again = try encoded(image, fileFormat)
    #expect(again.header.profile == image.header.profile)
    #expect(again.header.metadata.xmp == image.header.metadata.xmp)
  }

  /// As in photographs in circulation: libpng refuses both faults.
  @Test func faultyProfilesArePutRightForPNG() throws {
    var image = Pictures.make(PixelFormat(.uint8, .rgb))
    var icc = try Fixture.bytes("p3.icc") + [0]
    icc[3] += 1
    icc[64] = 1
    image.header.profile = ColorProfile(icc: icc, origin: .embedded)
    let again = try encoded(image, .png)
    #expect(again.header.profile.icc?.count == icc.count + 3)
    #expect(again.header.profile.icc.map { [UInt8]($0[64..<68]) } == [0, 0, 0, 1])
    #expect(try encoded(image, .jpeg).header.profile.icc == icc)
  }

  static let recipes = [
    "a stone wall\nNegative prompt: blur\nSteps: 30, Seed: 7",
    "naïve <b>&amp; \"quoted\" 'x' 石 & more; &#10;", " ",
    String(repeating: "long ", count: 5000),
  ]

  @Test(arguments: recipes, FileFormat.allCases)
  func recipeIsReadBack(_ recipe: String, _ fileFormat: FileFormat) throws {
    var image = Pictures.make(PixelFormat(.uint8, .rgb))
    image.header.metadata.recipe = "an older one"
    image = try encoded(image, fileFormat)
    #expect(image.header.metadata.recipe == "an older one")
    image.header.metadata.recipe = recipe
    image = try encoded(image, fileFormat)
    #expect(image.header.metadata.recipe == recipe)
    #expect(image.header.metadata.texts.isEmpty)
  }

  @Test func metadataCanBeLeftOut() throws {
    var image = try ImageReader.decode(path: Fixture.path("exif-thumbnail.jpg"))
    image.header.metadata.recipe = "secret"
    for fileFormat in FileFormat.allCases {
      var options = EncodingOptions()
      options.fileFormat = fileFormat
      options.keepsMetadata = false
      let bytes = try ImageWriter.encode(image, options: options)
      let again = try ImageReader.decode(bytes: bytes)
      #expect(again.header.metadata.exif == nil && again.header.metadata.xmp == nil)
      #expect(again.header.metadata.recipe == nil && again.header.metadata.texts.isEmpty)
      #expect(again.header.metadata.resolution != nil)
    }
  }

  @Test func textBehindThePixelsIsFound() throws {
    let reader = try ImageReader(path: Fixture.path("adobe-gama-chrm.png"))
    #expect(reader.header.metadata.texts.isEmpty)
    _ = try reader.readRemainingRows()
    #expect(reader.header.metadata.texts == [.init(keyword: "Late", value: "behind the pixels é")])
  }

  @Test func aLargeTIFFIsBig() throws {
    var image = try ImageReader.decode(path: Fixture.path("exif.tif"))
    image.header.metadata.recipe = "big"
    var options = EncodingOptions()
    options.fileFormat = .tiff
    options.bigTIFFThreshold = 100
    let bytes = try ImageWriter.encode(image, options: options)
    #expect(bytes[0..<4].elementsEqual([0x49, 0x49, 43, 0]))
    let again = try ImageReader.decode(bytes: bytes)
    #expect(again.bytes == image.bytes)
    #expect(again.header.metadata == image.header.metadata)
  }

  @Test func jpegKeepsTheSourcesQualityAndSubsampling() throws {
    let image = try ImageReader.decode(path: Fixture.path("progressive.jpg"))
    let coding = try #require(image.header.source?.jpeg)
    #expect(coding.horizontal == 2 && coding.vertical == 2 && coding.tables.count == 2)
    let again = try encoded(image, .jpeg)
    #expect(again.header.source?.jpeg == coding)
    // The same tables on the same pixels: hardly anything moves.
    let worst = zip(again.bytes, image.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(worst <= 6)
    var options = EncodingOptions()
    options.fileFormat = .jpeg
    options.jpegQuality = 60
    let lower = try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
    #expect(lower.header.source?.jpeg?.quality == 60)
  }
}
