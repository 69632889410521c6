/// The tokens of one word while neighbours merge: a linked list, and a heap of the merges that are possible.
///
/// Takes n log n steps, so a prompt of ten thousand characters without a space is no special case.
struct MergeChain {
  private struct Symbol {
    /// -1 once merged into its left neighbour.
    var id: Int
    var previous: Int
    var next: Int
  }

  private struct Candidate: Comparable {
    var rank: Int32
    var left: Int
    var id: Int32

    /// Earlier merges first; among equals, from the left.
    static func < (a: Candidate, b: Candidate) -> Bool {
      a.rank != b.rank ? a.rank < b.rank : a.left < b.left
    }
  }

  private var symbols: [Symbol]
  private var candidates = BinaryHeap<Candidate>()

  init(_ ids: [Int]) {
    symbols = ids.enumerated().map { index, id in
      Symbol(id: id, previous: index - 1, next: index + 1 < ids.count ? index + 1 : -1)
    }
  }

  mutating func merge(_ merges: MergeTable) {
    for index in symbols.indices { offer(index, merges) }
    while let candidate = candidates.popSmallest() {
      let left = candidate.left
      let right = symbols[left].next
      // Stale: one of the two has changed since.
      guard symbols[left].id >= 0, right >= 0,
        let merge = merges[symbols[left].id, symbols[right].id], merge.id == candidate.id
      else { continue }
      symbols[left].id = Int(merge.id)
      symbols[left].next = symbols[right].next
      symbols[right].id = -1
      if symbols[left].next >= 0 { symbols[symbols[left].next].previous = left }
      if symbols[left].previous >= 0 { offer(symbols[left].previous, merges) }
      offer(left, merges)
    }
  }

  private mutating func offer(_ left: Int, _ merges: MergeTable) {
    let right = symbols[left].next
    guard right >= 0, let merge = merges[symbols[left].id, symbols[right].id] else { return }
    candidates.insert(Candidate(rank: merge.rank, left: left, id: merge.id))
  }

  func appendTokens(to ids: inout [Int]) {
    for symbol in symbols where symbol.id >= 0 { ids.append(symbol.id) }
  }
}
