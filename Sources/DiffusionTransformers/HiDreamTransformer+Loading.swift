#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Checkpoints
import Layers
package import Tensors

extension HiDreamTransformer {
  /// Opens a transformer: a diffusers `transformer/` directory, or a single safetensors or GGUF file.
  ///
  /// - Parameters:
  ///   - directory: the directory, or the file.
  ///   - residency, compute: as below.
  /// - Throws: `TransformerError` for the configuration, `CheckpointError` for the weights.
  package init(directory: String, residency: WeightResidency? = nil, compute: ComputePrecision = .fp32)
    throws
  {
    try self.init(try Self.checkpoint(directory), residency: residency, compute: compute)
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
  ///   - residency: nil decides by size: packed where the widened weights fit a third of the machine's memory.
  ///   - compute: what the blocks' matrix products are computed in; the way in and out and the gates stay in fp32.
  /// - Throws: `TransformerError` for the configuration, `CheckpointError` for the weights.
  package init(
    _ checkpoint: Checkpoint, residency: WeightResidency? = nil, compute: ComputePrecision = .fp32
  ) throws {
    let configuration = try HiDreamConfiguration(of: checkpoint)
    let scope = WeightScope(
      checkpoint, residency: residency ?? Self.residency(for: checkpoint), compute: compute)
    try self.init(scope, configuration)
    try scope.finish()
  }

  private static func residency(for checkpoint: Checkpoint) -> WeightResidency {
    let elements = checkpoint.names.reduce(0.0) { sum, name in
      sum + (checkpoint.shape(of: name) ?? []).reduce(1.0) { $0 * Double($1) }
    }
    let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    return 4 * elements < memory / 3 ? .packed : .streamed
  }
}
