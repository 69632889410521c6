/// Philox4x32-10, a counter-based generator of random bits (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", 2011): the same counter and key give the same four words, in any order and on any machine.
package struct Philox: Sendable {
  let key: (UInt32, UInt32)

  /// - Parameter seed: its low word is the first word of the key.
  package init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  package func words(
    _ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var c = (c0, c1, c2, c3)
    var k = key
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c.0)
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c.2)
      c = (
        UInt32(p1 >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: p1),
        UInt32(p0 >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: p0)
      )
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }
}
