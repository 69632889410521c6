/// Byte-pair merges: for two neighbouring tokens, how early they merge and into what.
struct MergeTable: Sendable {
  struct Merge: Sendable {
    /// The lower, the earlier.
    var rank: Int32
    var id: Int32
  }

  private var keys: [UInt64]
  private var merges: [Merge]
  private var count = 0

  private static let free = UInt64.max

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = Array(repeating: Self.free, count: size)
    merges = Array(repeating: Merge(rank: 0, id: 0), count: size)
  }

  subscript(left: Int, right: Int) -> Merge? {
    let key = Self.key(left, right)
    let place = slot(of: key)
    return keys[place] == key ? merges[place] : nil
  }

  /// Adds a merge; of two for the same pair the later counts, as in the reference.
  mutating func insert(_ left: Int, _ right: Int, _ merge: Merge) {
    if (count + 1) * 2 > keys.count { grow() }
    let key = Self.key(left, right)
    let place = slot(of: key)
    if keys[place] != key { count += 1 }
    keys[place] = key
    merges[place] = merge
  }

  private static func key(_ left: Int, _ right: Int) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: left)) << 32 | UInt64(UInt32(truncatingIfNeeded: right))
  }

  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
    var place = Int(truncatingIfNeeded: mixed >> 32) & mask
    while keys[place] != Self.free, keys[place] != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    var larger = MergeTable(capacity: keys.count)
    for (key, merge) in zip(keys, merges) where key != Self.free {
      larger.insert(Int(key >> 32), Int(key & 0xFFFF_FFFF), merge)
    }
    self = larger
  }
}
