package import ImageCodecs

extension ImageReader {
  /// Reads the rest of the picture from top to bottom in bands of about a mebibyte.
  ///
  /// - Parameter body: gets whole rows and the number of the first.
  package func forEachBand(
    _ cancellation: Cancellation, _ body: (inout [UInt8], Int) throws -> Void
  ) throws {
    let band = max(1, (1 << 20) / max(1, header.rowBytes))
    while nextRow < header.height {
      try cancellation.check()
      let first = nextRow
      var rows = try readRows(min(band, header.height - first))
      try body(&rows, first)
    }
  }
}
