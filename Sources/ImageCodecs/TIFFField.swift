/// One entry of a TIFF directory with its value, in little-endian order whatever the file's.
struct TIFFField: Equatable {
  let tag: Int
  let type: Int
  let count: Int
  var value: [UInt8]

  /// Bytes of one item of a type, nil for an unknown one (TIFF 6.0, section 2; BigTIFF).
  static func itemBytes(_ type: Int) -> Int? {
    switch type {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12, 16, 17, 18: 8
    default: nil
    }
  }

  /// Bytes that change places together between the two byte orders: a rational is two numbers.
  static func swapBytes(_ type: Int) -> Int { type == 5 || type == 10 ? 4 : itemBytes(type) ?? 1 }

  init(tag: Int, type: Int, count: Int, value: [UInt8]) {
    self.tag = tag
    self.type = type
    self.count = count
    self.value = value
  }

  /// A single LONG, as offsets are.
  init(tag: Int, long: Int) {
    self.init(
      tag: tag, type: 4, count: 1, value: (0..<4).map { UInt8(truncatingIfNeeded: long >> (8 * $0)) })
  }

  /// The value of a single unsigned number.
  var number: UInt64? {
    guard count == 1, [3, 4, 13, 16, 18].contains(type) else { return nil }
    return value.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
