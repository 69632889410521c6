/// Random bits by counter: the same for a key and a counter in any order and on any number of threads (the mixing
/// function of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct CounterGenerator: Sendable {
  private let key: UInt64

  init(seed: UInt64) {
    key = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// A generator for one part of the work, told from the others by a number.
  func part(_ number: Int) -> CounterGenerator {
    CounterGenerator(seed: key &+ UInt64(truncatingIfNeeded: number))
  }

  @inline(__always)
  func bits(_ counter: UInt64) -> UInt64 { Self.mixed(key &+ counter &* 0x9E37_79B9_7F4A_7C15) }

  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
