import Tensors

/// Weights that stay in a mapped file: when they are to be in memory.
package struct MappedWeights: Sendable {
  private let parts: [StoredBytes]

  init(_ parts: [StoredBytes]) {
    self.parts = parts
  }

  package var byteCount: Int { parts.reduce(0) { $0 + $1.count } }

  /// Begins to read them. Takes a while where the disk is busy.
  package func prefetch() {
    for part in parts { (part.owner as? MappedFile)?.prefetch(part) }
  }

  /// Takes them out of the process; what the system keeps of the file stays.
  package func release() {
    for part in parts { (part.owner as? MappedFile)?.release(part) }
  }

  /// Takes them out of the process and out of the system's memory.
  package func discard() {
    for part in parts { (part.owner as? MappedFile)?.discard(part) }
  }
}
