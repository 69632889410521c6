package import Checkpoints
import Layers
package import Tensors

extension HiDreamTransformer {
  /// Opens a transformer: a diffusers `transformer/` directory, or a single safetensors or GGUF file.
  ///
  /// - Parameters:
  ///   - directory: the directory, or the file.
  ///   - residency, compute, memoryLimit: as below.
  /// - Throws: `TransformerError` for the configuration, `CheckpointError` for the weights.
  package init(
    directory: String, residency: WeightResidency? = nil, compute: ComputePrecision = .fp32,
    memoryLimit: Int? = nil
  ) throws {
    try self.init(
      try Self.checkpoint(directory), residency: residency, compute: compute, memoryLimit: memoryLimit)
  }

  /// The tensors of a transformer, whatever the layout of the file or directory. Throws `CheckpointError`.
  package static func checkpoint(_ path: String) throws -> Checkpoint {
    try Checkpoint(opening: path, removing: Checkpoint.transformerPrefixes)
  }

  /// Opens the transformer whose tensors `checkpoint` holds, adapters included.
  ///
  /// - Parameters:
  ///   - checkpoint: where no config.json lies beside it, the configuration is the one that the file carries or that
  ///     its shapes tell.
  ///   - residency: nil decides by size: packed where the packed weights fit a third of the memory.
  ///   - compute: what the blocks' matrix products are computed in; the way in and out and the gates stay in fp32.
  ///   - memoryLimit: bytes that the process may take; nil is what the machine has.
  /// - Throws: `TransformerError` for the configuration, `CheckpointError` for the weights.
  package init(
    _ checkpoint: Checkpoint, residency: WeightResidency? = nil, compute: ComputePrecision = .fp32,
    memoryLimit: Int? = nil
  ) throws {
    let configuration = try HiDreamConfiguration(of: checkpoint)
    let residency =
      residency
      ?? Self.residency(for: checkpoint, compute: compute, limit: memoryLimit ?? ProcessMemory.physical)
    let scope = WeightScope(checkpoint, residency: residency, compute: compute)
    // The system needs some of the memory for others, and a forward some for itself.
    try self.init(scope, configuration, fileMemory: ProcessMemory.available / 10 * 7)
    try scope.finish()
  }

  private static func residency(
    for checkpoint: Checkpoint, compute: ComputePrecision, limit: Int
  ) -> WeightResidency {
    let elements = checkpoint.names.reduce(0.0) { sum, name in
      sum + (checkpoint.shape(of: name) ?? []).reduce(1.0) { $0 * Double($1) }
    }
    return compute.bytesPerWeight * elements < Double(limit) / 3 ? .packed : .streamed
  }
}

extension ComputePrecision {
  /// Of a packed matrix.
  fileprivate var bytesPerWeight: Double {
    switch self {
    case .fp32: 4
    case .bf16: 2
    case .int8: 1
    }
  }
}
