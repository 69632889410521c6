/// Which blocks of 64 keys each head's blocks of 64 queries see, as compressed rows.
package struct BlockPattern: Sendable, Equatable {
  package let heads: Int
  package let queryBlocks: Int
  package let keyBlocks: Int
  /// Row head * queryBlocks + queryBlock holds `keys[starts[row]..<starts[row + 1]]`.
  let starts: [Int64]
  let keys: [Int32]

  /// Takes one list of key blocks for each row; row = head * queryBlocks + queryBlock.
  ///
  /// Traps when a list names a block that does not exist: patterns are computed, never read from a file.
  package init(heads: Int, queryBlocks: Int, keyBlocks: Int, rows: [[Int]]) {
    precondition(rows.count == heads * queryBlocks, "a block pattern needs one list a head and query block")
    self.heads = heads
    self.queryBlocks = queryBlocks
    self.keyBlocks = keyBlocks
    var starts: [Int64] = [0]
    var keys: [Int32] = []
    starts.reserveCapacity(rows.count + 1)
    for row in rows {
      for key in row {
        precondition(key >= 0 && key < keyBlocks, "a block pattern names a block that does not exist")
        keys.append(Int32(key))
      }
      starts.append(Int64(keys.count))
    }
    // Never empty, so that an array of no blocks still has an address.
    if keys.isEmpty { keys = [0] }
    self.starts = starts
    self.keys = keys
  }

  /// Blocks that are computed.
  package var listedBlocks: Int { Int(starts[starts.count - 1]) }

  /// Share of all blocks that are never computed, 0...1.
  package var sparsity: Double {
    let all = heads * queryBlocks * keyBlocks
    return all == 0 ? 0 : 1 - Double(listedBlocks) / Double(all)
  }
}
