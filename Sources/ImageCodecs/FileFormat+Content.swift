package import Images

extension FileFormat {
  /// The format that a file's first bytes show, whatever its name says.
  ///
  /// - Throws: `ImageCodecError` that names what the file is instead.
  package static func recognized(_ head: [UInt8], path: String) throws -> FileFormat {
    if starts(head, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if starts(head, [0xFF, 0xD8, 0xFF]) { return .jpeg }
    for magic: [UInt8] in [
      [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
    ] where starts(head, magic) {
      return .tiff
    }
    let advice =
      FileFormat(path: path).map { "its name says \($0.name), its content decides; " } ?? ""
    throw ImageCodecError(
      .badData, path: path, found: description(of: head), expected: "a PNG, JPEG or TIFF picture",
      advice: advice + "convert it to one of them")
  }

  private static func starts(_ head: [UInt8], _ magic: [UInt8], at offset: Int = 0) -> Bool {
    head.count >= offset + magic.count && head[offset..<offset + magic.count].elementsEqual(magic)
  }

  private static func description(of head: [UInt8]) -> String {
    if head.isEmpty { return "the file is empty" }
    let known: [(Int, String, String)] = [
      (0, "GIF8", "a GIF picture"), (8, "WEBP", "a WebP picture"), (0, "BM", "a BMP picture"),
      (4, "ftypavif", "an AVIF picture"), (4, "ftyphei", "an HEIF picture"),
      (4, "ftypmif1", "an HEIF picture"), (4, "JXL ", "a JPEG XL picture"),
      (0, "8BPS", "a Photoshop document"), (4, "jP  ", "a JPEG 2000 picture"), (0, "%PDF", "a PDF document"),
      (0, "PK\u{3}\u{4}", "a ZIP archive"), (0, "<svg", "an SVG drawing"),
    ]
    for (offset, magic, name) in known where starts(head, [UInt8](magic.utf8), at: offset) {
      return "it is \(name)"
    }
    if starts(head, [0x76, 0x2F, 0x31, 0x01]) { return "it is an OpenEXR picture" }
    if starts(head, [0xFF, 0x0A]) { return "it is a JPEG XL picture" }
    if starts(head, [0x1F, 0x8B]) { return "it is a gzip archive" }
    if starts(head, [0x89, 0x50, 0x4E, 0x47]) { return "it starts like a PNG but was damaged as text" }
    let text = head.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || ($0 >= 9 && $0 <= 13) }
    if text { return "it is a text file, not a picture" }
    let hex = head.prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    return "it is of no known kind (first bytes \(hex.joined(separator: " ")))"
  }
}
