import Images
import Testing

@testable import ImageCodecs

@Suite struct RoundTripTests {
  static let formats: [PixelFormat] = [SampleType.uint8, .uint16].flatMap { sample in
    [ColorModel.gray, .rgb].flatMap { model in
      [AlphaKind.none, .straight].map { PixelFormat(sample, model, alpha: $0) }
    }
  }

  @Test(arguments: formats)
  func pngKeepsEverySample(_ format: PixelFormat) throws {
    let image = Pictures.make(format)
    var options = EncodingOptions()
    options.fileFormat = .png
    let decoded = try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
    #expect(decoded.format == format)
    #expect(decoded.bytes == image.bytes)
    #expect(decoded.header.profile.origin == .declared)
  }

  @Test func jpegComesBackNear() throws {
    // A smooth picture: JPEG at quality 95 is within a few levels of it.
    var image = Pictures.make(PixelFormat(.uint8, .rgb), width: 64, height: 48)
    for y in 0..<48 {
      for x in 0..<64 {
        for (channel, value) in [x * 4, y * 5, x + y].enumerated() {
          image.bytes[(y * 64 + x) * 3 + channel] = UInt8(value)
        }
      }
    }
    var options = EncodingOptions()
    options.fileFormat = .jpeg
    let decoded = try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
    #expect(decoded.format == image.format)
    let worst = zip(decoded.bytes, image.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(worst <= 6)
    #expect(decoded.header.source?.jpeg?.quality == 95)
    #expect(decoded.header.source?.jpeg?.horizontal == 1)
  }
}
