/// The value that would stand at a place if numbers were sorted, found without sorting.
///
/// Two passes of counting over the upper and lower halves of an order-keeping key: linear time, and the same answer
/// in whatever order the numbers come.
enum OrderStatistic {
  /// - Parameters:
  ///   - rank: from 0, the smallest, clamped to the numbers there are.
  ///   - values: at least one.
  static func value(at rank: Int, of values: [Float]) -> Float {
    var rank = min(max(rank, 0), values.count - 1)
    var counts = [Int](repeating: 0, count: 1 << 16)
    for value in values { counts[Int(key(value) >> 16)] += 1 }
    let upper = bucket(&rank, counts)
    counts = [Int](repeating: 0, count: 1 << 16)
    for value in values where Int(key(value) >> 16) == upper { counts[Int(key(value) & 0xFFFF)] += 1 }
    let lower = bucket(&rank, counts)
    let key = UInt32(upper) << 16 | UInt32(lower)
    return Float(bitPattern: key & 0x8000_0000 != 0 ? key ^ 0x8000_0000 : ~key)
  }

  /// The bucket in which `rank` falls; `rank` becomes its place within the bucket.
  private static func bucket(_ rank: inout Int, _ counts: [Int]) -> Int {
    for (index, count) in counts.enumerated() {
      if rank < count { return index }
      rank -= count
    }
    return counts.count - 1
  }

  /// Unsigned keys in the order of the numbers.
  private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & 0x8000_0000 != 0 ? ~bits : bits ^ 0x8000_0000
  }
}
