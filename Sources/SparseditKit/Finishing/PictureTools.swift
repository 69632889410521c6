import Grading
import ImageCodecs
import Images

/// The work around an edit that needs no model: grading, masks, texture maps, and looking at pictures.
///
/// Every tool reads and writes files as the edits do: at the source's depth, with its profile and metadata, an output
/// under a temporary name until it is whole.
public enum PictureTools {
  /// Reads a picture from top to bottom in bands of about a mebibyte.
  ///
  /// - Parameter body: gets whole rows and the number of the first.
  static func forEachBand(
    of reader: ImageReader, _ cancellation: Cancellation, _ body: (inout [UInt8], Int) throws -> Void
  ) throws {
    let band = max(1, (1 << 20) / max(1, reader.header.rowBytes))
    while reader.nextRow < reader.header.height {
      try cancellation.check()
      let first = reader.nextRow
      var rows = try reader.readRows(min(band, reader.header.height - first))
      try body(&rows, first)
    }
  }

  /// What a picture's numbers mean; a profile that no matrix stands for is taken for sRGB, and that is noted.
  static func space(of header: ImageHeader, _ path: String, notices: inout [String]) -> WorkingSpace {
    if let space = WorkingSpace(profile: header.profile, model: header.format.colorModel) { return space }
    notices.append("\(path): the colour profile is not a matrix with curves; its values are taken as sRGB")
    return .sRGB
  }

  /// Checks that a mask lies over a picture.
  static func check(_ mask: Mask, _ maskPath: String, over header: ImageHeader, _ path: String) throws {
    guard mask.width == header.width, mask.height == header.height else {
      throw SparseditError(
        .usage,
        "\(maskPath) is \(mask.width) x \(mask.height) and \(path) is \(header.width) x \(header.height); "
          + "a mask must have its picture's size")
    }
  }
}

extension Cancellation {
  func check() throws {
    if isCancelled { throw SparseditError(.interrupted, "interrupted; nothing was written") }
  }
}
