import Tensors

/// Keeps account of what a network took from a checkpoint and of what did not fit.
final class WeightLedger {
  /// Past this many problems the checkpoint is simply another network's.
  static let maximumProblems = 1000
  /// Elements of all stand-ins together: a network packs what it is given, and a configuration with sizes beyond
  /// reason must not fill the memory with zeros before its faults are told.
  static let maximumStandInElements = 1 << 27
  /// Names of a kind that a message lists before it only counts.
  private static let listed = 12

  let checkpoint: Checkpoint
  private var taken: Set<String> = []
  /// What was found, in the order it was asked for.
  private(set) var found: [(name: String, stored: StoredTensor)] = []
  private var missing: [String] = []
  private var mismatched: [String] = []
  private var standInElements = 0

  init(checkpoint: Checkpoint) {
    self.checkpoint = checkpoint
  }

  func take(_ name: String, shape: [Int]) throws -> StoredTensor {
    taken.insert(name)
    do {
      if let stored = try checkpoint.stored(name) {
        if stored.shape == shape {
          found.append((name, stored))
          return stored
        }
        mismatched.append("\(name) (expected \(shape), found \(stored.shape))")
      } else {
        missing.append("\(name) \(shape)")
      }
    } catch let error as CheckpointError {
      mismatched.append("\(name) (\(error.problem))")
    }
    let elements = shape.reduce(1) { product, extent in
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      return overflow ? Self.maximumStandInElements : min(next, Self.maximumStandInElements)
    }
    standInElements += elements
    if missing.count + mismatched.count >= Self.maximumProblems
      || standInElements >= Self.maximumStandInElements
    {
      try finish { _ in true }
    }
    return try ZeroPages.tensor(shape: shape, path: checkpoint.path)
  }

  /// What is amiss so far.
  var findings: WeightFindings {
    WeightFindings(
      missing: missing, unfit: mismatched, unused: checkpoint.names.filter { !taken.contains($0) })
  }

  func finish(allowingUnused isAllowed: (String) -> Bool) throws {
    let findings = findings
    let unused = findings.unused.filter { !isAllowed($0) }
    let parts = [("missing", findings.missing), ("unfit", findings.unfit), ("unused", unused)]
      .filter { !$0.1.isEmpty }
      .map { kind, names in "\(names.count) \(kind): \(Self.list(names))" }
    if parts.isEmpty { return }
    throw CheckpointError(
      .invalidContent, path: checkpoint.path,
      problem: "the tensors do not fit the network that the configuration describes: "
        + parts.joined(separator: "; "),
      advice: "use the config.json that came with this checkpoint")
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(listed).joined(separator: ", ")
    return names.count > listed ? "\(shown), and \(names.count - listed) more" : shown
  }
}
