import Foundation
import ImageCodecs
import Images

/// A folder of its own for one test, with small pictures made and read as needed.
struct Workbench {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func path(_ name: String) -> String { scratch.path(name) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Writes a picture of floats on the scale of 0...1 and returns its path.
  @discardableResult
  func write(
    _ name: String, width: Int, height: Int, _ format: PixelFormat, metadata: ImageMetadata = ImageMetadata(),
    profile: ColorProfile = .sRGB, _ samples: [Float]
  ) throws -> String {
    var bytes = [UInt8](repeating: 0, count: samples.count * format.sampleType.byteCount)
    for (index, value) in samples.enumerated() {
      SampleRow.store(value, in: &bytes, sample: index, type: format.sampleType)
    }
    let header = ImageHeader(
      width: width, height: height, format: format, profile: profile, metadata: metadata)
    try ImageWriter.encode(Image(header: header, bytes: bytes), to: path(name))
    return path(name)
  }

  /// A picture of 16-bit RGB.
  @discardableResult
  func writeColors(
    _ name: String, width: Int, height: Int, metadata: ImageMetadata = ImageMetadata(), _ samples: [Float]
  ) throws -> String {
    try write(name, width: width, height: height, PixelFormat(.uint16, .rgb), metadata: metadata, samples)
  }

  /// A grey mask of the given values.
  @discardableResult
  func writeMask(_ name: String, width: Int, height: Int, _ values: [Float]) throws -> String {
    try MaskFile.write(Mask(width: width, height: height, values: values), to: path(name))
    return path(name)
  }

  func writeText(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  func read(_ name: String) throws -> Image { try ImageReader.decode(path: path(name)) }

  func readMask(_ name: String) throws -> Mask { try MaskFile.read(path: path(name)).mask }

  /// All samples of a picture on the scale of 0...1.
  func samples(_ name: String) throws -> [Float] {
    let image = try read(name)
    return SampleRow.floats(
      of: image.bytes, from: 0, count: image.bytes.count / image.format.sampleType.byteCount,
      type: image.format.sampleType)
  }
}
