#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Checkpoints
import Layers
package import Tensors

extension HiDreamTransformer {
  /// Opens a diffusers `transformer/` directory: `config.json` and the weights beside it.
  ///
  /// - Parameters:
  ///   - directory: holds `config.json` and a safetensors file or index.
  ///   - residency: nil decides by size: packed where the widened weights fit a third of the machine's memory.
  ///   - compute: what the blocks' matrix products are computed in; the way in and out and the gates stay in fp32.
  /// - Throws: `TransformerError` for the configuration, `CheckpointError` for the weights.
  package init(directory: String, residency: WeightResidency? = nil, compute: ComputePrecision = .fp32)
    throws
  {
    let configuration = try HiDreamConfiguration(contentsOf: "\(directory)/config.json")
    let checkpoint = try Checkpoint(opening: directory, removing: Checkpoint.transformerPrefixes)
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
