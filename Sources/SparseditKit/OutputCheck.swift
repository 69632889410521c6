import ImageCodecs
import Images

/// Reads a written picture back and compares it with its source, sample by sample in their own format.
struct OutputCheck {
  /// Largest difference of a sample where the mask is 0, in units of the source's format; nil when the output's
  /// format is another one, so that samples cannot be compared.
  private(set) var maximumOutside: Double?
  /// Pixels of which at least one sample differs.
  private(set) var changedPixels: Int?

  private static let band = 64

  init(source: String, output: String, mask: Mask) throws {
    let before = try ImageReader(path: source)
    let after = try ImageReader(path: output)
    guard before.header.format == after.header.format, before.header.width == after.header.width,
      before.header.height == after.header.height
    else { return }
    let format = before.header.format
    let width = before.header.width
    var largest = 0.0
    var changed = 0
    while before.nextRow < before.header.height {
      let first = before.nextRow
      let count = min(Self.band, before.header.height - first)
      let (old, new) = (try before.readRows(count), try after.readRows(count))
      if old == new { continue }
      for pixel in 0..<count * width {
        let bytes = pixel * format.pixelBytes..<(pixel + 1) * format.pixelBytes
        if old[bytes] == new[bytes] { continue }
        changed += 1
        guard mask.values[first * width + pixel] == 0 else { continue }
        for sample in pixel * format.channels..<(pixel + 1) * format.channels {
          let difference = Double(
            SampleRow.float(of: old, sample: sample, type: format.sampleType)
              - SampleRow.float(of: new, sample: sample, type: format.sampleType))
          largest = max(largest, abs(difference) * Double(format.sampleType.white))
        }
      }
    }
    (maximumOutside, changedPixels) = (largest, changed)
  }
}
