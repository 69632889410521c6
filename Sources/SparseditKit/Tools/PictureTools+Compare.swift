import Edits
import Grading
import ImageCodecs
import ImageProcessing
import Images

extension PictureTools {
  /// Compares two pictures of one size and format, sample by sample and row by row.
  ///
  /// - Parameters:
  ///   - mask: a picture of the same size that tells inside (not black) from outside.
  ///   - invertsMask: inside is what is not white.
  public static func compare(
    _ first: String, _ second: String, mask: String? = nil, invertsMask: Bool = false,
    cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> DifferenceReport {
    try translatingErrors {
      let (one, two) = (try ImageReader(path: first), try ImageReader(path: second))
      let header = one.header
      var comparison: PictureComparison
      do {
        comparison = try PictureComparison(header, two.header)
      } catch {
        throw SparseditError(.usage, "\(first) and \(second) cannot be compared: \(error)")
      }
      var notices: [String] = []
      if header.profile.icc != two.header.profile.icc {
        notices.append("the colour profiles differ; samples are compared as they are")
      }
      var weights: Mask?
      if let mask {
        let (read, found) = try MaskFile.read(path: mask)
        notices += found
        try read.check(mask, over: header, first)
        weights = invertsMask ? read.inverted() : read
      }
      try one.forEachBand(cancellation) { rows, row in
        let count = rows.count / header.rowBytes
        let pixels = row * header.width..<(row + count) * header.width
        try comparison.add(rows, try two.readRows(count), mask: weights.map { Array($0.values[pixels]) })
      }
      let names = header.format.channelNames
      return DifferenceReport(
        first: first, second: second, format: header.format.description,
        white: Double(header.format.sampleType.white),
        identical: comparison.inside.changedPixels + comparison.outside.changedPixels == 0,
        inside: .init(comparison.inside, names: names),
        outside: mask == nil ? nil : .init(comparison.outside, names: names),
        notices: one.notices + two.notices + notices)
    }
  }
}
