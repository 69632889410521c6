/// Where the entries of a zip archive lie, for archives that store them as they are, as PyTorch's do.
///
/// Nothing is ever unpacked, so an archive cannot grow. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
struct ZipDirectory {
  /// The first bytes of an archive.
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  private static let localHeader: UInt32 = 0x0403_4B50
  private static let centralHeader: UInt32 = 0x0201_4B50
  private static let end: UInt32 = 0x0605_4B50
  private static let end64: UInt32 = 0x0606_4B50
  private static let end64Locator: UInt32 = 0x0706_4B50

  /// Bytes of each entry by its name.
  let entries: [String: Range<Int>]

  /// Throws `CheckpointError` unless every entry is stored whole within `file`, the archive's bytes.
  init(file: UnsafeRawBufferPointer, path: String) throws {
    do {
      entries = unsafe try Self.read(file, path: path)
    } catch let failure as ByteCursor.Failure {
      throw CheckpointError.damaged(path, "\(failure.problem) at byte \(failure.offset) of the archive")
    }
  }

  private static func read(_ file: UnsafeRawBufferPointer, path: String) throws -> [String: Range<Int>] {
    var (count, offset) = unsafe try centralDirectory(of: file)
    var entries: [String: Range<Int>] = [:]
    while count > 0 {
      var cursor = unsafe try ByteCursor(file, from: offset)
      try cursor.expect(centralHeader, "an entry of the table of contents")
      try cursor.skip(4)
      let (flags, method) = (try cursor.read(UInt16.self), try cursor.read(UInt16.self))
      try cursor.skip(8)
      var sizes = Zip64Sizes(
        packed: UInt64(try cursor.read(UInt32.self)), size: UInt64(try cursor.read(UInt32.self)), offset: 0)
      let nameLength = Int(try cursor.read(UInt16.self))
      let extraLength = Int(try cursor.read(UInt16.self))
      let commentLength = Int(try cursor.read(UInt16.self))
      try cursor.skip(8)
      sizes.offset = UInt64(try cursor.read(UInt32.self))
      guard let name = try cursor.text(nameLength) else { throw cursor.failure("expected a name in UTF-8") }
      try sizes.widen(&cursor, extraLength: extraLength)
      try cursor.skip(commentLength)
      guard flags & 1 == 0, method == 0, sizes.packed == sizes.size else {
        throw CheckpointError(
          .unsupported, path: path,
          problem: "expected \"\(name)\" stored as it is, found it packed or encrypted",
          advice: "save the file again with PyTorch")
      }
      let range = unsafe try data(of: sizes, in: file)
      guard entries.updateValue(range, forKey: name) == nil else {
        throw CheckpointError.damaged(path, "expected each entry once, found \"\(name)\" twice")
      }
      offset = cursor.offset
      count -= 1
    }
    return entries
  }

  /// Number of entries, and where their table begins: said at the end of the file, before a comment.
  private static func centralDirectory(of file: UnsafeRawBufferPointer) throws -> (count: UInt64, offset: Int)
  {
    let size = 22
    guard var start = file.count >= size ? file.count - size : nil else {
      throw ByteCursor.Failure(offset: 0, problem: "expected the end of an archive")
    }
    let first = max(0, start - Int(UInt16.max))
    while unsafe UInt32(littleEndian: file.loadUnaligned(fromByteOffset: start, as: UInt32.self)) != end {
      guard start > first else {
        throw ByteCursor.Failure(offset: start, problem: "expected the end of an archive, found none")
      }
      start -= 1
    }
    var cursor = unsafe ByteCursor(file, at: start + 10)
    var count = UInt64(try cursor.read(UInt16.self))
    try cursor.skip(4)
    var offset = UInt64(try cursor.read(UInt32.self))
    if count == UInt64(UInt16.max) || offset == UInt64(UInt32.max) {
      var locator = unsafe try ByteCursor(file, from: start - 20)
      try locator.expect(end64Locator, "the place of a 64-bit end")
      try locator.skip(4)
      var wide = unsafe try ByteCursor(file, from: locator.read(UInt64.self))
      try wide.expect(end64, "a 64-bit end")
      try wide.skip(28)
      count = try wide.read(UInt64.self)
      try wide.skip(8)
      offset = try wide.read(UInt64.self)
    }
    let table = unsafe try ByteCursor(file, from: offset)
    // An entry takes at least 46 bytes.
    guard count <= UInt64(table.remaining / 46) else {
      throw table.failure("expected room for \(count) entries, found \(table.remaining) bytes")
    }
    return (count, table.offset)
  }

  private static func data(of sizes: Zip64Sizes, in file: UnsafeRawBufferPointer) throws -> Range<Int> {
    var local = unsafe try ByteCursor(file, from: sizes.offset)
    try local.expect(localHeader, "an entry")
    try local.skip(22)
    let (name, extra) = (Int(try local.read(UInt16.self)), Int(try local.read(UInt16.self)))
    try local.skip(name + extra)
    guard sizes.size <= UInt64(local.remaining) else {
      throw local.failure("expected \(sizes.size) bytes of an entry, found \(local.remaining)")
    }
    return local.offset..<local.offset + Int(sizes.size)
  }
}
