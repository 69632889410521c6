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
    /// Share of the image tokens, a square in the middle, that timed forwards compute; the others keep the keys and
    /// values of one whole forward, which is not timed. 1 computes all.
    package var active = 1.0
    /// Bytes that the process may take; nil is what the machine has.
    package var memoryLimit: Int?
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
    /// Image tokens of a repetition, and those of them that were computed.
    package let tokens: Int
    package let computedTokens: Int

    enum CodingKeys: String, CodingKey {
      case seconds, threads, compute, notices
      case peakMemoryBytes = "peak_memory_bytes"
      case attentionSparsity = "attention_sparsity"
      case tokens = "tokens_total"
      case computedTokens = "tokens_computed"
    }
  }

  /// Runs the forward `repetitions` times. Throws `TransformerError`, `CheckpointError` or `CancellationError`.
  package static func run(_ options: Options, isCancelled: () -> Bool = { false }) throws -> Report {
    let directory = transformerDirectory(options.model)
    let inputs = try ForwardInputs(path: options.inputs)
    let checkpoint = try HiDreamTransformer.checkpoint(directory).applying(options.adapters)
    let transformer = try HiDreamTransformer(
      checkpoint, residency: options.residency, compute: options.compute, memoryLimit: options.memoryLimit)
    let budgets = try AttentionBudgets.load(
      "\(directory)/\(AttentionBudgets.fileName)", blocks: transformer.configuration.blockCount,
      heads: transformer.configuration.numAttentionHeads)
    var seconds: [Double] = []
    var outputs: [Tensor] = []
    var achieved = 0.0
    let grids = inputs.grids(patch: transformer.configuration.patchSize)
    let middles = grids.map { $0.middle(share: options.active) }
    var memories = grids.map { _ in TokenMemory() }
    if options.active < 1 {
      for index in memories.indices { memories[index].plan = .record }
      var dense = SparseAttention(sparsity: 0)
      _ = try transformer(
        try inputs.sequences(for: transformer), sparse: &dense, memories: &memories, isCancelled: isCancelled)
      for index in memories.indices { memories[index].plan = .recall(middles[index]) }
    }
    try check(inputs, transformer, memories, limit: options.memoryLimit)
    for _ in 0..<max(1, options.repetitions) {
      var sparse = SparseAttention(sparsity: options.sparsity, budgets: budgets, forced: true)
      let start = ContinuousClock.now
      let sequences = try inputs.sequences(for: transformer)
      outputs = try transformer(
        sequences, sparse: &sparse, memories: &memories, isCancelled: isCancelled)
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
      attentionSparsity: achieved, notices: checkpoint.notices, tokens: grids.reduce(0) { $0 + $1.count },
      computedTokens: zip(grids, middles).reduce(0) { $0 + (options.active < 1 ? $1.1.count : $1.0.count) })
  }

  /// Refuses what cannot fit before any of it is done.
  private static func check(
    _ inputs: ForwardInputs, _ transformer: HiDreamTransformer, _ memories: [TokenMemory], limit: Int?
  ) throws {
    let configuration = transformer.configuration
    let sequences = inputs.shapes(patch: configuration.patchSize)
    let kept = zip(memories, sequences).reduce(0) { sum, next in
      next.0.plan == .compute
        ? sum
        : sum
          + TokenMemory.bytes(
            tokens: next.1.imageTokens + next.1.textTokens + next.1.captionTokens,
            configuration: configuration)
    }
    try MemoryLimit(asked: limit).check(
      transformer.estimate(sequences).bytes + kept, for: "a forward of \(sequences.count) sequences",
      advice: "give fewer or smaller inputs, or allow more")
  }

  private static func transformerDirectory(_ model: String) -> String {
    unsafe access("\(model)/transformer/config.json", F_OK) == 0 ? "\(model)/transformer" : model
  }
}
