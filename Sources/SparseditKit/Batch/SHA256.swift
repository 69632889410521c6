import Glibc

/// The SHA-256 digest (FIPS 180-4) of bytes given in pieces.
package struct SHA256 {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  package init() {}

  package mutating func update(_ bytes: some Collection<UInt8>) {
    length &+= UInt64(bytes.count)
    pending.append(contentsOf: bytes)
    var start = 0
    while pending.count - start >= 64 {
      absorb(from: start)
      start += 64
    }
    pending.removeFirst(start)
  }

  /// The digest of all bytes so far.
  package consuming func finish() -> [UInt8] {
    let bits = length &* 8
    pending.append(0x80)
    while pending.count % 64 != 56 { pending.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      pending.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    for start in stride(from: 0, to: pending.count, by: 64) { absorb(from: start) }
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  private mutating func absorb(from start: Int) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      for index in 0..<16 {
        let place = start + 4 * index
        unsafe w[index] =
          UInt32(pending[place]) << 24 | UInt32(pending[place + 1]) << 16
          | UInt32(pending[place + 2]) << 8 | UInt32(pending[place + 3])
      }
      for index in 16..<64 {
        let (near, far) = unsafe (w[index - 2], w[index - 15])
        let low = Self.turned(far, 7) ^ Self.turned(far, 18) ^ far >> 3
        let high = Self.turned(near, 17) ^ Self.turned(near, 19) ^ near >> 10
        unsafe w[index] = w[index - 16] &+ low &+ w[index - 7] &+ high
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      for index in 0..<64 {
        let mix = Self.turned(e, 6) ^ Self.turned(e, 11) ^ Self.turned(e, 25)
        let choice = (e & f) ^ (~e & g)
        let first = unsafe h &+ mix &+ choice &+ Self.constants[index] &+ w[index]
        let other = Self.turned(a, 2) ^ Self.turned(a, 13) ^ Self.turned(a, 22)
        let second = other &+ ((a & b) ^ (a & c) ^ (b & c))
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      }
      for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    }
  }

  private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes, as the standard defines them.
  private static let constants: [UInt32] = primes(64).map { prime in
    // floor(cbrt(p) 2^32) is the largest root whose cube does not exceed p 2^96: found bit by bit, without floats.
    var root: UInt64 = 0
    for bit in stride(from: 34, through: 0, by: -1) {
      let candidate = root | 1 << UInt64(bit)
      let square = candidate.multipliedFullWidth(by: candidate)
      let low = square.low.multipliedFullWidth(by: candidate)
      // The cube's bits from 64 on against p 2^32; candidates stay below 2^35, so the high part fits.
      let high = square.high &* candidate &+ low.high
      if high < UInt64(prime) << 32 { root = candidate }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  private static func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var number = 2
    while found.count < count {
      if !found.contains(where: { number % $0 == 0 }) { found.append(number) }
      number += 1
    }
    return found
  }
}

extension SHA256 {
  /// The digest of a text.
  package static func digest(of text: String) -> [UInt8] {
    var hash = SHA256()
    hash.update(text.utf8)
    return hash.finish()
  }

  /// The digest of a file's content, or nil if it cannot be read.
  package static func digest(ofFile path: String) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var hash = SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
      if count == 0 { return hash.finish() }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      hash.update(block[..<count])
    }
  }
}
