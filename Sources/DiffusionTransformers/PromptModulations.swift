import Tensors

/// adaLN of every block under one prompt, evaluated for all times of a run at once: it depends on nothing else, and
/// its weights, a seventh of the network's, need not be read again.
struct PromptModulations: Sendable {
  /// Row of each time in the tables.
  private let rows: [Float: Int]
  /// For each block, then the final layer, (times, chunks * width).
  private let tables: [Tensor]

  init(timesteps: [Float], tables: [Tensor]) {
    rows = Dictionary(timesteps.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.tables = tables
  }

  /// For each block one row, (1, chunks * width); nil for a time that was not evaluated.
  func rows(at timestep: Float) -> [Tensor]? {
    rows[timestep].map { row in tables.map { $0.rows(row..<row + 1) } }
  }
}
