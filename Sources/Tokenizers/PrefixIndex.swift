/// Finds all keys that a text begins with: the keys sorted, narrowed byte by byte.
struct PrefixIndex: Sendable {
  private let keys: [[UInt8]]
  /// Indices of `keys`, sorted by key; of equal keys the last comes first, because it counts.
  private let order: [Int32]

  init(_ keys: [[UInt8]]) {
    self.keys = keys
    order = keys.indices.map(Int32.init).sorted { a, b in
      let (left, right) = (keys[Int(a)], keys[Int(b)])
      if left == right { return a > b }
      return left.lexicographicallyPrecedes(right)
    }
  }

  /// The index of `key`.
  subscript(key: [UInt8]) -> Int? {
    var found: Int?
    forEachPrefix(of: key[...]) { index, count in
      if count == key.count { found = index }
    }
    return found
  }

  /// Calls `body` with each key that `text` begins with, and its length, from short to long.
  func forEachPrefix(of text: ArraySlice<UInt8>, _ body: (_ index: Int, _ count: Int) -> Void) {
    var low = 0
    var high = order.count
    // The empty key is a prefix of everything and of no use.
    while low < high, keys[Int(order[low])].isEmpty { low += 1 }
    for (depth, byte) in text.enumerated() {
      low = partition(low, high) { $0.count <= depth || $0[depth] < byte }
      high = partition(low, high) { $0[depth] == byte }
      guard low < high else { return }
      let first = Int(order[low])
      if keys[first].count == depth + 1 {
        body(first, depth + 1)
        // Keys that end here sort before all longer ones: leave them behind.
        low = partition(low, high) { $0.count == depth + 1 }
      }
    }
  }

  /// The first place in `low..<high` whose key does not satisfy `condition`, which holds for a leading part.
  private func partition(_ low: Int, _ high: Int, _ condition: ([UInt8]) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = (low + high) / 2
      if condition(keys[Int(order[middle])]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
