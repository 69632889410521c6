/// A generator whose every run is the same.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Damages bytes as a bad disk, a cut download or an attacker would.
struct Mutation {
  /// What is put in or written over, as bytes.
  let fragments: [[UInt8]]
  /// Places from here on are the least interesting.
  let headerLength: Int

  func apply(to bytes: inout [UInt8], using random: inout SeededRandom) {
    let limit = min(bytes.count, headerLength)
    let place = limit == 0 ? 0 : Int.random(in: 0..<limit, using: &random)
    let fragment = fragments.randomElement(using: &random) ?? []
    switch Int.random(in: 0..<6, using: &random) {
    case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.removeSubrange(place..<bytes.count)
    case 3: bytes.insert(contentsOf: fragment, at: place)
    case 4: bytes.replaceSubrange(place..<min(bytes.count, place + fragment.count), with: fragment)
    default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &random)))
    }
  }
}
