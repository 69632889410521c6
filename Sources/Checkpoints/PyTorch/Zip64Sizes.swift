/// Sizes and place of an archive's entry; those beyond 32 bits stand in a field of their own.
struct Zip64Sizes {
  var packed: UInt64
  var size: UInt64
  var offset: UInt64

  /// Reads the extra fields of `extraLength` bytes, and takes the wide numbers from the one that has them.
  mutating func widen(_ cursor: inout ByteCursor, extraLength: Int) throws {
    var rest = extraLength
    while rest >= 4 {
      let kind = try cursor.read(UInt16.self)
      let length = Int(try cursor.read(UInt16.self))
      rest -= 4
      guard length <= rest else { throw cursor.failure("expected an extra field of at most \(rest) bytes") }
      rest -= length
      var left = length
      if kind == 1 {
        for field in [\Zip64Sizes.size, \.packed, \.offset] where self[keyPath: field] == UInt64(UInt32.max) {
          guard left >= 8 else { throw cursor.failure("expected a 64-bit number") }
          self[keyPath: field] = try cursor.read(UInt64.self)
          left -= 8
        }
      }
      try cursor.skip(left)
    }
    try cursor.skip(rest)
  }
}
