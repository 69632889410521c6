import Images

@testable import ImageCodecs

/// Pictures and masks that tests make.
enum Pictures {
  /// A picture with detail everywhere: no two neighbouring pixels are alike.
  static func pattern(_ width: Int, _ height: Int, format: PixelFormat = PixelFormat(.uint8, .rgb)) -> Image {
    var bytes = [UInt8](repeating: 0, count: width * height * format.pixelBytes)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<format.channels {
          let value = Float((x * 37 + y * 61 + channel * 89 + x * y) % 251) / 250
          SampleRow.store(
            value, in: &bytes, sample: (y * width + x) * format.channels + channel, type: format.sampleType)
        }
      }
    }
    return Image(header: ImageHeader(width: width, height: height, format: format), bytes: bytes)
  }

  /// White inside a rectangle that leaves a quarter free on each side.
  static func mask(_ width: Int, _ height: Int) -> Mask {
    var mask = Mask(width: width, height: height)
    for y in height / 4..<height - height / 4 {
      for x in width / 4..<width - width / 4 { mask[x, y] = 1 }
    }
    return mask
  }

  static func write(_ image: Image, _ path: String) throws { _ = try ImageWriter.encode(image, to: path) }

  static func read(_ path: String) throws -> Image { try ImageReader.decode(path: path) }

  /// The pixels in which two pictures of one format differ.
  static func differing(_ a: Image, _ b: Image) -> [Int] {
    guard a.format == b.format, a.bytes.count == b.bytes.count else { return Array(0..<a.width * a.height) }
    let size = a.format.pixelBytes
    return (0..<a.width * a.height).filter {
      a.bytes[$0 * size..<($0 + 1) * size] != b.bytes[$0 * size..<($0 + 1) * size]
    }
  }
}
