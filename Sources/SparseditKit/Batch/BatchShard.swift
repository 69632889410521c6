/// One part of a batch that several machines share: `2/5` is the second of five.
///
/// An item belongs to a part by a hash of its arguments, so it stays there when others are added or taken away.
package struct BatchShard: Sendable, Equatable {
  package let index: Int
  package let count: Int

  /// The whole batch.
  package static let whole = BatchShard(index: 1, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `INDEX/COUNT`, counted from 1.
  package init?(_ text: String) {
    let words = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard words.count == 2, let index = words[0], let count = words[1], (1...65_536).contains(count),
      (1...count).contains(index)
    else { return nil }
    self.init(index: index, count: count)
  }

  /// Whether an item belongs to this part.
  package func owns(_ arguments: [String]) -> Bool {
    guard count > 1 else { return true }
    let digest = SHA256.digest(of: arguments.joined(separator: "\0"))
    let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % UInt64(count)) == index - 1
  }
}
