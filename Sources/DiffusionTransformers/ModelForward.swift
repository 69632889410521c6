#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Checkpoints
import Layers
package import Tensors

/// Runs a transformer alone on inputs from a file: what `sparsedit model forward` does.
package enum ModelForward {
  package struct Options: Sendable {
    /// A diffusers `transformer/` directory or its parent.
    package var model: String
    /// A safetensors file with `hidden_states` (B, C, H, W), `timesteps` (B), `encoder_hidden_states_t5` (B, T, D),
    /// `encoder_hidden_states_llama3` (states, B, T, D) and `pooled_embeds` (B, D).
    package var inputs: String
    /// Where the tensor `output` (B, C, H, W) goes, not negated.
    package var save: String?
    package var repetitions = 1
    /// Forces block-sparse attention from 0 (dense) to 1.
    package var sparsity = 0.0
    /// What the blocks' matrix products are computed in.
    package var compute = ComputePrecision.fp32
    /// Changes of the weights (LoRA, LoKr, DoRA).
    package var adapters: [AdapterRequest] = []
    /// nil decides by the size of the weights and of the machine.
    package var residency: WeightResidency?

    package init(model: String, inputs: String) {
      self.model = model
      self.inputs = inputs
    }
  }

  /// What `--json` prints.
  package struct Report: Codable, Sendable {
    /// Wall time of each repetition, prompt projections included.
    package let seconds: [Double]
    package let peakMemoryBytes: Int
    package let threads: Int
    package let compute: String
    /// Share of score blocks that were never computed.
    package let attentionSparsity: Double
    /// What adapters changed and what not, a sentence each.
    package let notices: [String]

    enum CodingKeys: String, CodingKey {
      case seconds, threads, compute, notices
      case peakMemoryBytes = "peak_memory_bytes"
      case attentionSparsity = "attention_sparsity"
    }
  }

  /// Runs the forward `repetitions` times. Throws `TransformerError`, `CheckpointError` or `CancellationError`.
  package static func run(_ options: Options, isCancelled: () -> Bool = { false }) throws -> Report {
    let directory = transformerDirectory(options.model)
    let inputs = try ForwardInputs(path: options.inputs)
    let checkpoint = try HiDreamTransformer.checkpoint(directory).applying(options.adapters)
    let transformer = try HiDreamTransformer(
      checkpoint, residency: options.residency, compute: options.compute)
    let budgets = try AttentionBudgets.load(
      "\(directory)/\(AttentionBudgets.fileName)", blocks: transformer.configuration.blockCount,
      heads: transformer.configuration.numAttentionHeads)
    var seconds: [Double] = []
    var outputs: [Tensor] = []
    var achieved = 0.0
    for _ in 0..<max(1, options.repetitions) {
      var sparse = SparseAttention(sparsity: options.sparsity, budgets: budgets, forced: true)
      let start = ContinuousClock.now
      let sequences = try inputs.sequences(for: transformer)
      outputs = try transformer(sequences, sparse: &sparse, isCancelled: isCancelled)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      achieved = sparse.achieved
    }
    if let path = options.save {
      let batch = Tensor.concatenated(outputs.map { $0.reshaped([1] + $0.shape) })
      try SafetensorsWriter.save([.init("output", batch)], to: path)
    }
    return Report(
      seconds: seconds, peakMemoryBytes: ProcessMemory.peak, threads: ThreadPool.threadCount,
      compute: options.compute.rawValue,
      attentionSparsity: achieved, notices: checkpoint.notices)
  }

  private static func transformerDirectory(_ model: String) -> String {
    unsafe access("\(model)/transformer/config.json", F_OK) == 0 ? "\(model)/transformer" : model
  }
}
