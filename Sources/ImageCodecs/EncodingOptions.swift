package import Images

/// How a picture is to be written.
package struct EncodingOptions: Sendable, Hashable {
  /// Nil: as the output's extension says.
  package var fileFormat: FileFormat?
  /// JPEG quality, 1...100. Nil: the tables of a JPEG source, else 95.
  package var jpegQuality: Int?
  /// Nil: that of a TIFF source where it is lossless, else Deflate.
  package var tiffCompression: TIFFCompression?
  /// zlib's level for PNG and Deflate, 1...9.
  package var level = 6
  /// EXIF, XMP, texts and the recipe; the colour profile and the resolution are always written.
  package var keepsMetadata = true
  /// Files that must not be overwritten, such as the picture that is edited.
  package var protectedPaths: [String] = []
  /// Waits until the file is on the disk; false for pictures that are soon replaced, such as previews.
  package var isDurable = true
  /// A TIFF of more raw bytes than this is written as BigTIFF; classic offsets end at 4 GiB.
  package var bigTIFFThreshold = 0xE000_0000

  package init() {}
}
