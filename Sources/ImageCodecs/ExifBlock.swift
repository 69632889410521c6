import Images

/// EXIF metadata as a TIFF structure, read and patched in place so that maker notes keep their offsets.
///
/// Every offset comes from a file and is checked; what does not fit is passed over.
struct ExifBlock {
  private(set) var bytes: [UInt8]
  private let isBigEndian: Bool

  /// Nil when the bytes do not start like a TIFF structure.
  init?(_ bytes: [UInt8]) {
    // Some writers leave the JPEG marker's name in front.
    let marker: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
    let body = bytes.starts(with: marker) ? [UInt8](bytes.dropFirst(marker.count)) : bytes
    if body.starts(with: [0x49, 0x49, 42, 0]) {
      isBigEndian = false
    } else if body.starts(with: [0x4D, 0x4D, 0, 42]) {
      isBigEndian = true
    } else {
      return nil
    }
    self.bytes = body
  }

  private enum Tag {
    static let imageWidth = 0x0100
    static let imageHeight = 0x0101
    static let orientation = 0x0112
    static let thumbnailOffset = 0x0201
    static let thumbnailLength = 0x0202
    static let exifDirectory = 0x8769
    static let makerNote = 0x927C
    static let pixelWidth = 0xA002
    static let pixelHeight = 0xA003
    static let stripOffsets = 0x0111
    static let stripLengths = 0x0117
  }

  /// One entry of a directory: where its value field stands.
  private struct Entry {
    let type: Int
    let count: Int
    let field: Int
  }

  var orientation: Orientation {
    guard let first = value(at: 4, size: 4), let entry = entries(at: first)[Tag.orientation],
      let number = number(entry)
    else { return .up }
    return Orientation(rawValue: number) ?? .up
  }

  /// Makes the block true of the picture as it is now: upright, of this size, without old previews.
  ///
  /// - Returns: what was taken out, for the user.
  mutating func describe(width: Int, height: Int) -> [String] {
    guard let first = value(at: 4, size: 4) else { return [] }
    var notices: [String] = []
    let main = entries(at: first)
    set(main[Tag.orientation], to: 1)
    set(main[Tag.imageWidth], to: width)
    set(main[Tag.imageHeight], to: height)
    if let pointer = main[Tag.exifDirectory].flatMap(number) {
      let exif = entries(at: pointer)
      set(exif[Tag.pixelWidth], to: width)
      set(exif[Tag.pixelHeight], to: height)
      if let note = exif[Tag.makerNote], blankPreview(in: note) {
        notices.append("a preview inside the camera's maker note was dropped: it would show the old picture")
      }
    }
    if dropThumbnail(after: first) {
      notices.append("the EXIF thumbnail was dropped: it would show the old picture")
    }
    return notices
  }

  /// Zeroes the second directory's picture and unlinks the directory; cuts it off where it stands last.
  private mutating func dropThumbnail(after first: Int) -> Bool {
    guard let count = value(at: first, size: 2) else { return false }
    let link = first + 2 + count * 12
    guard let second = value(at: link, size: 4), second != 0 else { return false }
    let thumbnail = entries(at: second)
    var end = bytes.count
    for (offsets, lengths) in [
      (Tag.thumbnailOffset, Tag.thumbnailLength), (Tag.stripOffsets, Tag.stripLengths),
    ] {
      guard let start = thumbnail[offsets].flatMap(number), let length = thumbnail[lengths].flatMap(number),
        start >= 8, start < bytes.count
      else { continue }
      let stop = min(bytes.count, start + min(length, bytes.count))
      for index in start..<stop { bytes[index] = 0 }
      if stop == bytes.count { end = min(end, start) }
    }
    write(0, at: link, size: 4)
    if end < bytes.count && end >= link + 4 { bytes.removeLast(bytes.count - end) }
    return true
  }

  /// Zeroes a JPEG inside a maker note, from its start marker to the end of the note.
  private mutating func blankPreview(in entry: Entry) -> Bool {
    guard entry.count > 64, let start = value(at: entry.field, size: 4), start < bytes.count else {
      return false
    }
    let stop = min(bytes.count, start + min(entry.count, bytes.count))
    var index = start
    while index + 3 < stop {
      if bytes[index] == 0xFF, bytes[index + 1] == 0xD8, bytes[index + 2] == 0xFF {
        for position in index..<stop { bytes[position] = 0 }
        return true
      }
      index += 1
    }
    return false
  }

  private func entries(at offset: Int) -> [Int: Entry] {
    guard let count = value(at: offset, size: 2) else { return [:] }
    var result: [Int: Entry] = [:]
    for index in 0..<count {
      let start = offset + 2 + index * 12
      guard let tag = value(at: start, size: 2), let type = value(at: start + 2, size: 2),
        let items = value(at: start + 4, size: 4), start + 12 <= bytes.count
      else { break }
      result[tag] = result[tag] ?? Entry(type: type, count: items, field: start + 8)
    }
    return result
  }

  /// The value of a single SHORT or LONG.
  private func number(_ entry: Entry) -> Int? {
    guard entry.count == 1 else { return nil }
    return entry.type == 3
      ? value(at: entry.field, size: 2)
      : entry.type == 4 ? value(at: entry.field, size: 4) : nil
  }

  private mutating func set(_ entry: Entry?, to number: Int) {
    guard let entry, entry.count == 1 else { return }
    if entry.type == 3 {
      write(min(number, 0xFFFF), at: entry.field, size: 2)
    } else if entry.type == 4 {
      write(number, at: entry.field, size: 4)
    }
  }

  private func value(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    var result = 0
    for index in 0..<size {
      result = result << 8 | Int(bytes[offset + (isBigEndian ? index : size - 1 - index)])
    }
    return result
  }

  private mutating func write(_ value: Int, at offset: Int, size: Int) {
    guard offset >= 0, offset <= bytes.count - size else { return }
    for index in 0..<size {
      bytes[offset + (isBigEndian ? size - 1 - index : index)] = UInt8(
        truncatingIfNeeded: value >> (8 * index))
    }
  }
}
