import Foundation
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

  /// Waves of a few pixels, away from black and white; alpha too.
  static func smooth(_ width: Int, _ height: Int, format: PixelFormat) -> Image {
    made(width, height, format) { x, y, channel in
      0.5 + 0.15 * sin(Float(x) * 0.35 + Float(channel)) + 0.15 * cos(Float(y) * 0.3 - Float(channel))
    }
  }

  static func uniform(_ width: Int, _ height: Int, _ values: [Float], _ format: PixelFormat) -> Image {
    made(width, height, format) { _, _, channel in values[channel] }
  }

  static func made(
    _ width: Int, _ height: Int, _ format: PixelFormat, _ value: (Int, Int, Int) -> Float
  ) -> Image {
    var bytes = [UInt8](repeating: 0, count: width * height * format.pixelBytes)
    for y in 0..<height {
      for x in 0..<width {
        let samples = (0..<format.channels).map { channel in
          let factor =
            format.alpha == .associated && channel < format.colorChannels
            ? value(x, y, format.colorChannels) : 1
          return value(x, y, channel) * factor
        }
        SampleRow.store(
          samples, in: &bytes, from: (y * width + x) * format.pixelBytes, type: format.sampleType)
      }
    }
    return Image(header: ImageHeader(width: width, height: height, format: format), bytes: bytes)
  }

  static func floats(_ image: Image) -> [Float] {
    SampleRow.floats(
      of: image.bytes, from: 0, count: image.width * image.height * image.format.channels,
      type: image.format.sampleType)
  }

  /// The mean of every four pixels, in code values.
  static func halved(_ image: Image) throws -> Image {
    let (samples, channels) = (floats(image), image.format.channels)
    return made(
      image.width / 2, image.height / 2,
      PixelFormat(
        image.format.sampleType, image.format.colorModel,
        alpha: image.format.alpha == .none ? .none : .straight)
    ) { x, y, channel in
      [0, 1, image.width, image.width + 1].reduce(0) { sum, place in
        sum + samples[(2 * y * image.width + 2 * x + place) * channels + channel] / 4
      }
    }
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
