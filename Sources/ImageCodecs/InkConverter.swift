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
    var result = [UInt8](repeating: 0, count: pixels * 3 * sampleType.byteCount)
    for pixel in 0..<pixels {
      let black = 1 - SampleRow.float(of: rows, sample: pixel * 4 + 3, type: sampleType)
      for channel in 0..<3 {
        let ink = 1 - SampleRow.float(of: rows, sample: pixel * 4 + channel, type: sampleType)
        SampleRow.store(ink * black, in: &result, sample: pixel * 3 + channel, type: sampleType)
      }
    }
    return result
  }
}
