/// EXIF of TIFF files: in them its directories lie among the pixels, and its main directory is the picture's own.
enum TIFFMetadata {
  /// What stands between a TIFF's header and its pixels, and the texts for its main directory.
  struct Side {
    let bytes: [UInt8]
    let exifOffset: UInt64
    let gpsOffset: UInt64
    let texts: [(tag: Int, value: [UInt8])]
  }

  private static let exifTag = 0x8769
  private static let gpsTag = 0x8825
  private static let interoperabilityTag = 0xA005
  /// Description, make, model, software, date, artist, host computer, copyright.
  private static let textTags: Set<Int> = [270, 271, 272, 305, 306, 315, 316, 33432]

  private struct Directories {
    var main: [TIFFField] = []
    var exif: [TIFFField] = []
    var gps: [TIFFField] = []
    var interoperability: [TIFFField] = []

    init(_ reader: TIFFDirectoryReader) {
      let first = reader.fields(at: reader.first) { textTags.contains($0) || $0 == exifTag || $0 == gpsTag }
      main = first.filter { textTags.contains($0.tag) && $0.type == 2 }
      exif = Self.directory(exifTag, of: first, reader)
      gps = Self.directory(gpsTag, of: first, reader)
      interoperability = Self.directory(interoperabilityTag, of: exif, reader)
      exif.removeAll { $0.tag == interoperabilityTag }
    }

    private static func directory(_ tag: Int, of fields: [TIFFField], _ reader: TIFFDirectoryReader)
      -> [TIFFField]
    {
      fields.first { $0.tag == tag }?.number.map { reader.fields(at: $0) } ?? []
    }

    /// Appends the directories below the main one; 0 stands for an empty one.
    func append(to writer: inout TIFFDirectoryWriter) -> (exif: UInt64, gps: UInt64) {
      var exif = exif
      if !interoperability.isEmpty {
        exif.append(TIFFField(tag: interoperabilityTag, long: Int(writer.append(interoperability))))
      }
      return (exif.isEmpty ? 0 : writer.append(exif), gps.isEmpty ? 0 : writer.append(gps))
    }
  }

  /// A TIFF file's EXIF as one block of its own, the form in which PNG and JPEG hold it; nil when there is none.
  static func exif(of decoder: DecoderHandle) -> [UInt8]? {
    guard let reader = TIFFDirectoryReader(read: { decoder.read(at: $0, count: $1) }) else { return nil }
    return block(Directories(reader))
  }

  private static func block(_ directories: Directories) -> [UInt8]? {
    if directories.main.isEmpty && directories.exif.isEmpty && directories.gps.isEmpty { return nil }
    // The sub-directories come first, so that their offsets are known when the main one is laid out.
    var writer = TIFFDirectoryWriter(isBig: false, base: 8)
    let offsets = directories.append(to: &writer)
    var main = directories.main
    if offsets.exif > 0 { main.append(TIFFField(tag: exifTag, long: Int(offsets.exif))) }
    if offsets.gps > 0 { main.append(TIFFField(tag: gpsTag, long: Int(offsets.gps))) }
    let first = writer.append(main)
    let head: [UInt8] = [0x49, 0x49, 42, 0] + (0..<4).map { UInt8(truncatingIfNeeded: first >> (8 * $0)) }
    return head + writer.bytes
  }

  /// Spreads an EXIF block over what a TIFF file holds.
  static func side(of exif: [UInt8], isBig: Bool) -> Side? {
    let reader = TIFFDirectoryReader { offset, count in
      guard offset < UInt64(exif.count) else { return [] }
      return [UInt8](exif[Int(offset)..<min(exif.count, Int(offset) + count)])
    }
    guard let reader else { return nil }
    let directories = Directories(reader)
    var writer = TIFFDirectoryWriter(isBig: isBig, base: isBig ? 16 : 8)
    let offsets = directories.append(to: &writer)
    return Side(
      bytes: writer.bytes, exifOffset: offsets.exif, gpsOffset: offsets.gps,
      texts: directories.main.map { ($0.tag, $0.value) })
  }
}
