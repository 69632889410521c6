/// Lays out little-endian TIFF directories, classic or BigTIFF, one after the other.
struct TIFFDirectoryWriter {
  let isBig: Bool
  /// Where in its file the first byte of `bytes` will stand; even.
  let base: UInt64
  private(set) var bytes: [UInt8] = []

  init(isBig: Bool, base: UInt64) {
    self.isBig = isBig
    self.base = base
  }

  /// Appends a directory and returns its offset in the file. Types that classic TIFF lacks are left out.
  mutating func append(_ fields: [TIFFField]) -> UInt64 {
    let offset = base + UInt64(bytes.count)
    let sorted = fields.filter { isBig || $0.type <= 13 }.sorted { $0.tag < $1.tag }
    let inlineBytes = isBig ? 8 : 4
    let headBytes = isBig ? 16 : 6
    var next = offset + UInt64(headBytes + sorted.count * (isBig ? 20 : 12))
    var values: [UInt8] = []
    put(sorted.count, isBig ? 8 : 2)
    for field in sorted {
      put(field.tag, 2)
      put(field.type, 2)
      put(field.count, inlineBytes)
      if field.value.count <= inlineBytes {
        bytes += field.value + [UInt8](repeating: 0, count: inlineBytes - field.value.count)
      } else {
        put(Int(next), inlineBytes)
        values += field.value + [UInt8](repeating: 0, count: field.value.count % 2)
        next += UInt64(field.value.count + field.value.count % 2)
      }
    }
    put(0, inlineBytes)
    bytes += values
    return offset
  }

  private mutating func put(_ number: Int, _ size: Int) {
    for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
  }
}
