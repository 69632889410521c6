import Checkpoints

/// What `sparsedit model info` says of one network.
package struct PartDescription: Codable, Sendable {
  package struct Tensor: Codable, Sendable {
    package let name: String
    package let type: String
    package let shape: [Int]
    package let bytes: Int
  }

  package struct TypeTotal: Codable, Sendable {
    package var tensors = 0
    package var bytes = 0
  }

  package let part: String
  /// The file, or the index of a sharded checkpoint.
  package let path: String
  package let format: String
  /// Such as `HiDream transformer`; nil where the names belong to no network that is known.
  package let network: String?
  package let parameters: Int
  package let bytes: Int
  package let types: [String: TypeTotal]
  /// The free text of a safetensors file, or the values of a GGUF file in a line each.
  package let metadata: [String: String]
  package let tensors: [Tensor]

  /// Opens the part and describes it. Reads no weights. Throws `CheckpointError`.
  package init(_ part: NetworkFile) throws {
    let checkpoint = try part.open()
    self.part = part.name
    path = checkpoint.path
    format =
      checkpoint.gguf != nil
      ? "GGUF" : checkpoint.path.hasSuffix(".json") ? "sharded safetensors" : "safetensors"
    network = part.kind(of: checkpoint)?.rawValue
    tensors = checkpoint.names.compactMap { name in
      guard let shape = checkpoint.shape(of: name), let stored = checkpoint.storage(of: name) else {
        return nil
      }
      return Tensor(name: name, type: stored.type, shape: shape, bytes: stored.byteCount)
    }
    // A file of a type that is not read may claim any shape.
    parameters = tensors.reduce(0) { sum, tensor in
      sum.saturated(adding: tensor.shape.reduce(1) { $0.saturated(times: $1) })
    }
    bytes = tensors.reduce(0) { $0.saturated(adding: $1.bytes) }
    types = tensors.reduce(into: [:]) { totals, tensor in
      totals[tensor.type, default: TypeTotal()].tensors += 1
      totals[tensor.type, default: TypeTotal()].bytes += tensor.bytes
    }
    let values = checkpoint.gguf.map { values in
      values.keys.compactMap { key in values.summary(of: key).map { (key, $0) } }
    }
    metadata = values.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) } ?? checkpoint.metadata
  }
}

extension Int {
  fileprivate func saturated(adding other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  fileprivate func saturated(times other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
