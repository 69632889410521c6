/// EXIF of a TIFF file, whose directories lie among the pixels.
enum TIFFMetadata {
  /// What stands between a TIFF's header and its pixels.
  struct Side {
    let bytes: [UInt8]
    let exifOffset: UInt64
    let gpsOffset: UInt64
    let texts: [(tag: Int, value: String)]
  }

  static func exif(of decoder: DecoderHandle) -> [UInt8]? { nil }
  static func side(of exif: [UInt8], isBig: Bool) -> Side? { nil }
}
