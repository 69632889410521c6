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

  /// - Parameters:
  ///   - mask: of the output's size.
  ///   - margins: what the output has around the source; all of it counts as changed.
  init(source: String, output: String, mask: PlacedMask, margins: PictureMargins = .none) throws {
    let before = try ImageReader(path: source)
    let after = try ImageReader(path: output)
    guard before.header.format == after.header.format,
      before.header.width + margins.left + margins.right == after.header.width,
      before.header.height + margins.top + margins.bottom == after.header.height
    else { return }
    let format = before.header.format
    let width = before.header.width
    var largest = 0.0
    var changed = after.header.width * after.header.height - width * before.header.height
    while after.nextRow < margins.top {
      _ = try after.readRows(min(Self.band, margins.top - after.nextRow))
    }
    while before.nextRow < before.header.height {
      let first = before.nextRow
      let count = min(Self.band, before.header.height - first)
      let old = try before.readRows(count)
      let new = Self.columns(
        margins.left * format.pixelBytes..<margins.left * format.pixelBytes + before.header.rowBytes,
        ofRows: try after.readRows(count), rowBytes: after.header.rowBytes)
      if old == new { continue }
      for pixel in 0..<count * width {
        let bytes = pixel * format.pixelBytes..<(pixel + 1) * format.pixelBytes
        if old[bytes] == new[bytes] { continue }
        changed += 1
        guard mask[margins.left + pixel % width, first + margins.top + pixel / width] == 0 else { continue }
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

  /// A part of each row.
  private static func columns(_ bytes: Range<Int>, ofRows rows: [UInt8], rowBytes: Int) -> [UInt8] {
    guard bytes.count < rowBytes else { return rows }
    return stride(from: 0, to: rows.count, by: rowBytes).flatMap { start in
      rows[start + bytes.lowerBound..<start + bytes.upperBound]
    }
  }
}
