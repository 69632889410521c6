package import Tensors

/// A place in a checkpoint's tree of names, from which a network takes its weights.
///
/// `scope["attn1"]["to_q"]` stands for `attn1.to_q.`. A network asks for everything it needs; what is missing or
/// has another shape is noted, not thrown, so that `finish()` reports all of it in one list. Until then the
/// network holds zeros there and must not be used.
package struct WeightScope {
  private let ledger: WeightLedger
  private let prefix: String
  /// Where layers keep the matrices they take from here.
  package let residency: WeightResidency
  /// What layers compute their matrix products in.
  package let compute: ComputePrecision

  private init(
    ledger: WeightLedger, prefix: String, residency: WeightResidency, compute: ComputePrecision
  ) {
    self.ledger = ledger
    self.prefix = prefix
    self.residency = residency
    self.compute = compute
  }

  /// The root of `checkpoint`.
  package init(
    _ checkpoint: Checkpoint, residency: WeightResidency = .packed, compute: ComputePrecision = .fp32
  ) {
    self.init(
      ledger: WeightLedger(checkpoint: checkpoint), prefix: "", residency: residency, compute: compute)
  }

  /// The same place, for layers whose products stay in single precision whatever the others do.
  package var exact: WeightScope {
    WeightScope(ledger: ledger, prefix: prefix, residency: residency, compute: .fp32)
  }

  package subscript(_ name: String) -> WeightScope {
    WeightScope(ledger: ledger, prefix: "\(prefix)\(name).", residency: residency, compute: compute)
  }

  package subscript(_ index: Int) -> WeightScope { self["\(index)"] }

  package func contains(_ name: String) -> Bool { ledger.checkpoint.contains(prefix + name) }

  /// Shape of the tensor `name`, or nil when there is none: for a size that no configuration states.
  package func shape(of name: String) -> [Int]? { ledger.checkpoint.shape(of: prefix + name) }

  /// The tensor `name` here, which must have `shape`. Throws `CheckpointError` only when so much is wrong that
  /// going on is pointless, or when there is no memory for a stand-in.
  package func tensor(_ name: String, shape: [Int]) throws -> StoredTensor {
    try ledger.take(prefix + name, shape: shape)
  }

  /// Lets go of the memory that reading `stored` took: it is mapped, and comes back from the file when it is read
  /// again. For a tensor that was copied into another form.
  package func release(_ stored: StoredTensor) {
    (stored.bytes.owner as? MappedFile)?.release(stored.bytes)
  }

  /// A tensor of few elements, widened to floats.
  package func values(_ name: String, shape: [Int]) throws -> Tensor {
    try tensor(name, shape: shape).widened()
  }

  /// Everything that is amiss so far, in full.
  package var findings: WeightFindings { ledger.findings }

  /// Calls `body`, and answers with what it took from the checkpoint, in bytes of the mapped file, those tensors left
  /// out whose names `excluded` names a part of.
  package func taken<R>(excluding excluded: String? = nil, _ body: () throws -> R) rethrows -> (
    R, MappedWeights
  ) {
    let before = ledger.found.count
    let result = try body()
    let found = ledger.found[before...].filter { found in excluded.map { !found.name.contains($0) } ?? true }
    return (result, MappedWeights(found.map(\.stored.bytes)))
  }

  /// What has been taken so far under names that `part` is a part of.
  package func taken(naming part: String) -> MappedWeights {
    MappedWeights(ledger.found.filter { $0.name.contains(part) }.map(\.stored.bytes))
  }

  /// Throws one `CheckpointError` that lists every missing and mis-shaped tensor, and the unused ones unless they
  /// are allowed.
  package func finish(allowingUnused: Bool = false) throws {
    try ledger.finish { _ in allowingUnused }
  }

  /// The same, where those that `isAllowed` may be unused.
  package func finish(allowingUnused isAllowed: (String) -> Bool) throws {
    try ledger.finish(allowingUnused: isAllowed)
  }
}
