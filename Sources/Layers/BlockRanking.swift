import Tensors

/// The key blocks of every row (head, query block) that may be left out, those of largest softmax mass first.
struct BlockRanking {
  /// Steps in which the covered share is told apart.
  private static let bins = 4096

  private let keyBlocks: Int
  private let always: [[Int]]
  /// For each row its candidates in order: the key block in the low half. Rows are `keyBlocks` apart.
  private let order: [UInt64]
  /// For each candidate the share of its row's mass that lies before it, as a bin.
  private let covered: [UInt16]

  /// Ranks the blocks that are not always kept.
  ///
  /// - Parameters:
  ///   - mass: (heads, queryBlocks, keyBlocks), estimated softmax mass, each row summing to 1.
  ///   - always: for each query block the key blocks that are kept anyhow, ascending.
  ///   - dissimilar: for each (head, key block) whether its mean stands badly for it.
  ///   - dissimilarLimit: how many of those go to the front of a row.
  init(mass: Tensor, always: [[Int]], dissimilar: [Bool], dissimilarLimit: Int) {
    let (queryBlocks, keyBlocks) = (mass.shape[1], mass.shape[2])
    let rows = mass.shape[0] * queryBlocks
    self.keyBlocks = keyBlocks
    self.always = always
    var order = [UInt64](repeating: 0, count: rows * keyBlocks)
    var covered = [UInt16](repeating: 0, count: rows * keyBlocks)
    unsafe mass.withUnsafeBuffer { mass in
      unsafe order.withUnsafeMutableBufferPointer { order in
        unsafe covered.withUnsafeMutableBufferPointer { covered in
          // Captured by tasks that write different rows.
          nonisolated(unsafe) let (order, covered) = unsafe (order, covered)
          ThreadPool.parallelRanges(rows, grain: 16) { range in
            for row in range {
              let start = row * keyBlocks
              let head = row / queryBlocks
              let kept = always[row % queryBlocks]
              unsafe Self.rank(
                mass: UnsafeBufferPointer(rebasing: mass[start..<start + keyBlocks]), kept: kept,
                dissimilar: dissimilar[head * keyBlocks..<(head + 1) * keyBlocks], limit: dissimilarLimit,
                order: UnsafeMutableBufferPointer(
                  rebasing: order[start..<start + keyBlocks - kept.count]),
                covered: UnsafeMutableBufferPointer(
                  rebasing: covered[start..<start + keyBlocks - kept.count]))
            }
          }
        }
      }
    }
    self.order = order
    self.covered = covered
  }

  private static func rank(
    mass: UnsafeBufferPointer<Float>, kept: [Int], dissimilar: ArraySlice<Bool>, limit: Int,
    order: UnsafeMutableBufferPointer<UInt64>, covered: UnsafeMutableBufferPointer<UInt16>
  ) {
    var sum: Float = 0
    var next = 0
    var count = 0
    for key in mass.indices {
      if next < kept.count && kept[next] == key {
        next += 1
        unsafe sum += mass[key]
      } else {
        // Masses are not negative, so their bits sort as they do; equal ones sort by block.
        let inverted = unsafe ~mass[key].bitPattern
        unsafe order[count] = UInt64(inverted) << 32 | UInt64(key)
        count += 1
      }
    }
    var sorted = unsafe order
    unsafe sorted.sort()
    var promoted = 0
    for index in 0..<count {
      let key = unsafe Int(truncatingIfNeeded: order[index] & 0xFFFF_FFFF)
      if promoted < limit && dissimilar[dissimilar.startIndex + key] {
        promoted += 1
        unsafe covered[index] = 0
      } else {
        unsafe covered[index] = bin(sum)
      }
      unsafe sum += mass[key]
    }
  }

  private static func bin(_ share: Float) -> UInt16 {
    guard share < 1 else { return UInt16(bins - 1) }
    return share > 0 ? UInt16(share * Float(bins)) : 0
  }

  private func candidates(_ row: Int) -> Range<Int> {
    let start = row * keyBlocks
    return start..<start + keyBlocks - always[row % always.count].count
  }

  /// Spends `budget` blocks on `rows`, what is always kept included; each result is ascending.
  func choose(rows: Range<Int>, budget: Int) -> [[Int]] {
    var counts = [Int](repeating: 0, count: Self.bins)
    var free = budget
    for row in rows {
      free -= always[row % always.count].count
      for index in candidates(row) { counts[Int(covered[index])] += 1 }
    }
    // Every candidate below `threshold` fits; what is left goes to those on it, in order.
    var threshold = 0
    while threshold < Self.bins, counts[threshold] <= free {
      free -= counts[threshold]
      threshold += 1
    }
    return rows.map { row in
      var keys = always[row % always.count]
      for index in candidates(row) {
        let share = Int(covered[index])
        guard share < threshold || (share == threshold && free > 0) else { continue }
        if share == threshold { free -= 1 }
        keys.append(Int(truncatingIfNeeded: order[index] & 0xFFFF_FFFF))
      }
      return keys.sorted()
    }
  }
}
