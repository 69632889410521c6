/// How a JPEG file was compressed.
package struct JPEGCoding: Sendable, Hashable {
  /// 1...100, estimated from the tables; 0 when there are none.
  package var quality: Int
  /// Chroma subsampling, 1 or 2 (rarely 4) in each direction.
  package var horizontal: Int
  package var vertical: Int
  /// Quantisation steps, row-major, one array of 64 for each table.
  package var tables: [[UInt16]]

  package init(quality: Int, horizontal: Int, vertical: Int, tables: [[UInt16]] = []) {
    self.quality = quality
    self.horizontal = horizontal
    self.vertical = vertical
    self.tables = tables
  }
}

/// How a TIFF file is compressed; the numbers are the format's own.
package enum TIFFCompression: Int, Sendable, Hashable {
  case none = 1
  case lzw = 5
  case jpeg = 7
  case deflate = 8
  case packBits = 32773
}

/// What a picture's file was like, for reports and so that an output can be like it.
package struct SourceDescription: Sendable, Hashable {
  package var fileFormat: FileFormat
  /// Bits a sample in the file, which may be fewer than in memory.
  package var bitsPerSample: Int
  package var isPalette = false
  package var isInterlaced = false
  package var isProgressive = false
  package var isTiled = false
  package var isPlanar = false
  package var isCMYK = false
  /// As found in the file; the pixels are already turned.
  package var orientation = Orientation.up
  package var jpeg: JPEGCoding?
  package var tiffCompression: TIFFCompression?

  package init(fileFormat: FileFormat, bitsPerSample: Int) {
    self.fileFormat = fileFormat
    self.bitsPerSample = bitsPerSample
  }
}
