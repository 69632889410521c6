import CImageCodecs
import Images

/// Brings CMYK samples to sRGB once, while a picture is read.
final class InkConverter {
  private let transform: ColorTransform?
  private let sampleType: SampleType

  /// Without a profile, red is what cyan and black leave of white, and so on.
  init(profile: [UInt8]?, sampleType: SampleType, path: String) throws {
    self.sampleType = sampleType
    transform = try profile.map {
      try ColorTransform(
        from: $0, channels: 4, to: nil, channels: 3, sampleType: sampleType, path: path)
    }
  }

  /// Interleaved CMYK in, interleaved RGB of the same sample type out.
  func converted(_ rows: [UInt8]) -> [UInt8] {
    if let transform { return transform.applied(to: rows) }
    let pixels = rows.count / (4 * sampleType.byteCount)
    let inks = SampleRow.floats(of: rows, from: 0, count: pixels * 4, type: sampleType)
    var colors = [Float](repeating: 0, count: pixels * 3)
    for pixel in 0..<pixels {
      let paper = 1 - inks[pixel * 4 + 3]
      for channel in 0..<3 { colors[pixel * 3 + channel] = (1 - inks[pixel * 4 + channel]) * paper }
    }
    var result = [UInt8](repeating: 0, count: pixels * 3 * sampleType.byteCount)
    SampleRow.store(colors, in: &result, from: 0, type: sampleType)
    return result
  }
}
