/// Reads directories of a TIFF structure, classic or BigTIFF, in either byte order.
///
/// Every number is the file's and may lie: what does not fit is passed over.
struct TIFFDirectoryReader {
  /// Offset of the first directory.
  let first: UInt64
  private let isBigEndian: Bool
  private let isBig: Bool
  /// Bytes from an offset, as many of the count as there are.
  private let read: (UInt64, Int) -> [UInt8]

  private static let mostEntries = 4096
  private static let mostValueBytes = 1 << 20

  init?(read: @escaping (UInt64, Int) -> [UInt8]) {
    let head = read(0, 16)
    guard head.count >= 8 else { return nil }
    self.read = read
    isBigEndian = head[0] == 0x4D
    let magic = Self.number(head[2..<4], isBigEndian)
    isBig = magic == 43
    guard (head[0] == 0x49 || head[0] == 0x4D) && head[1] == head[0], magic == 42 || magic == 43,
      !isBig || head.count == 16
    else { return nil }
    first = Self.number(isBig ? head[8..<16] : head[4..<8], isBigEndian)
  }

  /// The fields of the directory at an offset whose tags are wanted.
  func fields(at offset: UInt64, where wanted: (Int) -> Bool = { _ in true }) -> [TIFFField] {
    let countBytes = isBig ? 8 : 2
    let entryBytes = isBig ? 20 : 12
    let head = read(offset, countBytes)
    guard offset > 0, head.count == countBytes else { return [] }
    let count = Int(min(UInt64(Self.mostEntries), Self.number(head[...], isBigEndian)))
    let (start, overflow) = offset.addingReportingOverflow(UInt64(countBytes))
    guard !overflow else { return [] }
    let table = read(start, count * entryBytes)
    var fields: [TIFFField] = []
    for entry in stride(from: 0, to: table.count / entryBytes * entryBytes, by: entryBytes) {
      let tag = Int(Self.number(table[entry..<entry + 2], isBigEndian))
      guard wanted(tag), let field = field(tag, table[entry + 2..<entry + entryBytes]) else { continue }
      fields.append(field)
    }
    return fields
  }

  private func field(_ tag: Int, _ entry: ArraySlice<UInt8>) -> TIFFField? {
    let base = entry.startIndex
    let countBytes = isBig ? 8 : 4
    let type = Int(Self.number(entry[base..<base + 2], isBigEndian))
    let count = Self.number(entry[base + 2..<base + 2 + countBytes], isBigEndian)
    let inline = entry[(base + 2 + countBytes)...]
    guard let item = TIFFField.itemBytes(type), count > 0, count <= UInt64(Self.mostValueBytes / item) else {
      return nil
    }
    let size = Int(count) * item
    let value =
      size <= inline.count ? [UInt8](inline.prefix(size)) : read(Self.number(inline, isBigEndian), size)
    guard value.count == size else { return nil }
    return TIFFField(tag: tag, type: type, count: Int(count), value: ordered(value, type))
  }

  private func ordered(_ value: [UInt8], _ type: Int) -> [UInt8] {
    let unit = TIFFField.swapBytes(type)
    if !isBigEndian || unit == 1 { return value }
    return stride(from: 0, to: value.count, by: unit).flatMap { value[$0..<$0 + unit].reversed() }
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) -> UInt64 {
    isBigEndian
      ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
