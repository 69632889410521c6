package import Tensors

/// A place in a checkpoint's tree of names, from which a network takes its weights.
///
/// `scope["attn1"]["to_q"]` stands for `attn1.to_q.`. A network asks for everything it needs; what is missing or
/// has another shape is noted, not thrown, so that `finish()` reports all of it in one list. Until then the
/// network holds zeros there and must not be used.
package struct WeightScope {
  private let ledger: WeightLedger
  private let prefix: String

  private init(ledger: WeightLedger, prefix: String) {
    self.ledger = ledger
    self.prefix = prefix
  }

  /// The root of `checkpoint`.
  package init(_ checkpoint: Checkpoint) {
    self.init(ledger: WeightLedger(checkpoint: checkpoint), prefix: "")
  }

  package subscript(_ name: String) -> WeightScope {
    WeightScope(ledger: ledger, prefix: "\(prefix)\(name).")
  }

  package subscript(_ index: Int) -> WeightScope { self["\(index)"] }

  package func contains(_ name: String) -> Bool { ledger.checkpoint.contains(prefix + name) }

  /// The tensor `name` here, which must have `shape`. Throws `CheckpointError` only when so much is wrong that
  /// going on is pointless, or when there is no memory for a stand-in.
  package func tensor(_ name: String, shape: [Int]) throws -> StoredTensor {
    try ledger.take(prefix + name, shape: shape)
  }

  /// A tensor of few elements, widened to floats.
  package func values(_ name: String, shape: [Int]) throws -> Tensor {
    let stored = try tensor(name, shape: shape)
    guard let values = NumericBytes.floats(stored) else {
      throw CheckpointError(
        .unsupported, path: ledger.checkpoint.path,
        problem: "expected \"\(prefix)\(name)\" as numbers, found \(stored.dtype.rawValue)",
        advice: "store it as F32")
    }
    return Tensor(values, shape: shape)
  }

  /// Throws one `CheckpointError` that lists every missing and mis-shaped tensor, and the unused ones unless they
  /// are allowed.
  package func finish(allowingUnused: Bool = false) throws {
    try ledger.finish(allowingUnused: allowingUnused)
  }
}
