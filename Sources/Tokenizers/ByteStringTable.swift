/// Token ids by the token's bytes.
///
/// A Swift dictionary keyed by `String` would merge tokens that differ only in normal form, because `String`
/// compares by canonical equivalence. Open addressing over one arena also loads a hundred thousand tokens in a
/// few milliseconds.
struct ByteStringTable: Sendable {
  private struct Entry {
    var start: Int
    var length: Int
    var id: Int
  }

  private var arena: [UInt8] = []
  private var entries: [Entry] = []
  /// Index into `entries` plus one; 0 is free. A power of two long and at most half full.
  private var slots: [Int32] = Array(repeating: 0, count: 1024)
  private(set) var largestID = -1

  var count: Int { entries.count }

  init() {}

  subscript(key: some Collection<UInt8>) -> Int? {
    let found = slots[slot(of: key)]
    return found == 0 ? nil : entries[Int(found) - 1].id
  }

  /// Adds `key`; a key that is already there takes the new id.
  mutating func insert(_ key: some Collection<UInt8>, id: Int) {
    if (entries.count + 1) * 2 > slots.count { grow() }
    largestID = max(largestID, id)
    let place = slot(of: key)
    if slots[place] != 0 {
      entries[Int(slots[place]) - 1].id = id
      return
    }
    entries.append(Entry(start: arena.count, length: key.count, id: id))
    arena.append(contentsOf: key)
    slots[place] = Int32(entries.count)
  }

  private func slot(of key: some Collection<UInt8>) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: Self.hash(key)) & mask
    while slots[place] != 0 {
      let entry = entries[Int(slots[place]) - 1]
      if entry.length == key.count, arena[entry.start..<entry.start + entry.length].elementsEqual(key) {
        break
      }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = Array(repeating: 0, count: mask + 1)
    for (index, entry) in entries.enumerated() {
      let key = arena[entry.start..<entry.start + entry.length]
      var place = Int(truncatingIfNeeded: Self.hash(key)) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = Int32(index + 1)
    }
  }

  /// FNV-1a, with its high bits folded into the low ones that choose the slot.
  private static func hash(_ key: some Collection<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 32
  }
}
