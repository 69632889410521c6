package import Tensors

/// Chooses which blocks of keys each head's blocks of queries see.
///
/// Blocks of a sequence [image, rest] are scored by pooled queries and keys. Always kept: every key block that holds
/// something else than image, every key block for queries that are not all image, and the neighbours in the picture.
/// What is left of the budget goes to the blocks of largest estimated softmax mass, in such a way that every row of
/// blocks keeps the same share of its mass; so heads that look everywhere get more blocks than heads that look at
/// one place. After SpargeAttn (arXiv 2502.18137) and XAttention (2503.16428).
package struct BlockSparseSelection: Sendable {
  /// Blocks whose rows are less alike than this (mean cosine with their mean) are badly stood for by it.
  static let selfSimilarity: Float = 0.3
  /// Such blocks are kept before all others, for at most this share of the free budget: in a picture that is still
  /// noise hardly any block is alike.
  static let dissimilarShare = 0.25

  /// Blocks at the front of the keys that are image from end to end, in `TileOrder`.
  private let imageBlocks: Int
  /// The same of the queries.
  private let imageQueryBlocks: Int
  /// For each image block of the queries its neighbours among the keys.
  private let neighbours: [[Int]]

  /// - Parameter places: the image tokens that are queries, ascending; nil is all of them.
  package init(order: TileOrder, places: [Int]? = nil) {
    let imageBlocks = order.count / attentionBlock
    self.imageBlocks = imageBlocks
    imageQueryBlocks = (places?.count ?? order.count) / attentionBlock
    neighbours = order.neighbours(of: places).map { $0.filter { $0 < imageBlocks } }
  }

  /// The pattern that leaves out `sparsity` of all blocks, or as much of that as the blocks always kept allow.
  ///
  /// - Parameters:
  ///   - q: (queries, heads * dim), normalised and rotated.
  ///   - k: (keys, heads * dim), likewise.
  ///   - sparsity: 0...1, of all blocks of all heads.
  ///   - shares: for each head the share of its blocks to keep; nil lets the mass decide.
  package func pattern(
    _ q: Tensor, _ k: Tensor, heads: Int, sparsity: Double, shares: [Double]? = nil
  ) -> BlockPattern {
    let queries = PooledBlocks(q, heads: heads)
    let keys = PooledBlocks(k, heads: heads)
    let dim = q.matrixShape.width / heads
    let mass = softmaxRows(queries.scores(with: keys, scale: 1 / Float(dim).squareRoot()))
    let (queryBlocks, keyBlocks) = (mass.shape[1], mass.shape[2])
    let always = (0..<queryBlocks).map { alwaysKept(queryBlock: $0, keyBlocks: keyBlocks) }
    let kept = (1 - sparsity) * Double(queryBlocks * keyBlocks)
    let free = kept - Double(always.reduce(0) { $0 + $1.count })
    let ranking = BlockRanking(
      mass: mass, always: always, dissimilar: keys.selfSimilarity.values.map { $0 < Self.selfSimilarity },
      dissimilarLimit: Int(max(0, free) * Self.dissimilarShare) / max(1, queryBlocks))
    let rows: [[Int]]
    if let shares {
      rows = (0..<heads).flatMap { head in
        ranking.choose(
          rows: head * queryBlocks..<(head + 1) * queryBlocks,
          budget: Int(min(1, shares[head]) * Double(queryBlocks * keyBlocks)))
      }
    } else {
      rows = ranking.choose(rows: 0..<heads * queryBlocks, budget: Int(kept * Double(heads)))
    }
    return BlockPattern(heads: heads, queryBlocks: queryBlocks, keyBlocks: keyBlocks, rows: rows)
  }

  private func alwaysKept(queryBlock: Int, keyBlocks: Int) -> [Int] {
    queryBlock < imageQueryBlocks
      ? neighbours[queryBlock] + Array(min(imageBlocks, keyBlocks)..<keyBlocks) : Array(0..<keyBlocks)
  }
}
