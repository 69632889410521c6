package import Checkpoints
import FoundationEssentials

extension HiDreamConfiguration {
  /// The class that diffusers gives a configuration of this network.
  static let className = "HiDreamImageTransformer2DModel"

  /// The configuration of `checkpoint`: the one that it carries or that lies beside it, or what the shapes of its
  /// tensors say of a published model. Throws `CheckpointError` or `TransformerError`.
  package init(of checkpoint: Checkpoint) throws {
    guard let (data, place) = try checkpoint.configuration() else {
      self = try Self.derived(from: checkpoint)
      return
    }
    // A file beside may belong to another network: a folder of loose files holds several.
    let named = try? JSONDecoder().decode(ClassName.self, from: data)
    let isAnothers = named?.accepted == false && checkpoint.contains("x_embedder.proj.weight")
    self = try isAnothers ? Self.derived(from: checkpoint) : Self.decode(data, place: place)
  }

  /// Sizes as the tensors have them, and the rest as every published HiDream-I1 has it: heads of 128 with rotary axes
  /// 64, 32, 32, tokens of 2 x 2, two active experts, the first 32 Llama states in turn and then the last.
  private static func derived(from checkpoint: Checkpoint) throws -> HiDreamConfiguration {
    let shapes = ShapeReader(checkpoint)
    let patch = try shapes.matrix("x_embedder.proj.weight")
    let final = try shapes.matrix("final_layer.linear.weight")
    let width = patch.rows
    let dual = shapes.count(of: "double_stream_blocks")
    let single = shapes.count(of: "single_stream_blocks")
    let (head, side) = (128, 2)
    guard width % head == 0, dual + single > 0, patch.columns % (side * side) == 0,
      final.rows % (side * side) == 0
    else {
      throw shapes.failure(
        "expected a width of a multiple of \(head) and tokens of \(side) x \(side), found a patch embedding of "
          + "\(patch.columns) to \(width) and \(dual) + \(single) blocks")
    }
    let gates = ["double_stream_blocks.0.block.ff_i", "single_stream_blocks.0.block.ff_i"]
    let experts = gates.compactMap { checkpoint.shape(of: "\($0).gate.weight")?.first }.first ?? 0
    let llama = try shapes.matrix("caption_projection.0.linear.weight").columns
    let t5 = try shapes.matrix("caption_projection.\(dual + single).linear.weight").columns
    let pooled = try shapes.matrix("p_embedder.pooled_embedder.linear_1.weight").columns
    let derived = HiDreamConfiguration(
      patchSize: side, inChannels: patch.columns / (side * side), outChannels: final.rows / (side * side),
      numLayers: dual, numSingleLayers: single, attentionHeadDim: head, numAttentionHeads: width / head,
      captionChannels: [t5, llama], textEmbDim: pooled, numRoutedExperts: experts,
      numActivatedExperts: min(2, experts), axesDimsRope: [64, 32, 32],
      llamaLayers: (0..<dual + single).map { min($0, 31) })
    // Decoding is what checks that the numbers are in range and fit together.
    return try decode(try JSONEncoder().encode(derived), place: "\(checkpoint.path) (its shapes)")
  }
}

/// Sizes from the shapes of a checkpoint's tensors.
private struct ShapeReader {
  private let checkpoint: Checkpoint

  init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

  func failure(_ problem: String) -> TransformerError {
    TransformerError(
      .invalidContent, place: checkpoint.path, problem: problem,
      advice: "name a HiDream-I1 transformer, or put its config.json beside the file")
  }

  func matrix(_ name: String) throws -> (rows: Int, columns: Int) {
    guard let shape = checkpoint.shape(of: name), shape.count == 2,
      shape.allSatisfy({ (1...1 << 20).contains($0) })
    else {
      let found = checkpoint.names.prefix(4).joined(separator: ", ")
      throw failure(
        "expected the matrix \"\(name)\" of a HiDream-I1 transformer, found "
          + (checkpoint.shape(of: name).map { "the shape \($0)" } ?? "other names (\(found), ...)"))
    }
    return (shape[0], shape[1])
  }

  /// How many blocks there are under `name`, numbered from 0 on.
  func count(of name: String) -> Int {
    var count = 0
    while count < 512, checkpoint.contains("\(name).\(count).block.attn1.to_q.weight") { count += 1 }
    return count
  }
}
