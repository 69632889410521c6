package import Checkpoints
import Layers
package import Tensors

/// A Llama language model without its head, read for its hidden states (arXiv 2407.21783), with the names of
/// transformers' `LlamaForCausalLM`.
package struct LlamaModel: Sendable {
  package let configuration: LlamaConfiguration
  private let embed: Embedding
  private let layers: [LlamaLayer]
  private let norm: RMSNorm

  /// Takes the weights from `scope`; call `scope.finish(allowingUnused: true)` afterwards, since files hold the
  /// head too. Throws `CheckpointError`.
  package init(_ configuration: LlamaConfiguration, weights scope: WeightScope) throws {
    self.configuration = configuration
    // Files of the bare model leave the first part of the names out.
    let model = scope.contains("embed_tokens.weight") ? scope : scope["model"]
    let width = configuration.hiddenSize
    embed = try Embedding(model["embed_tokens"], count: configuration.vocabSize, width: width)
    layers = try (0..<configuration.numHiddenLayers).map { index in
      try LlamaLayer(model["layers"][index], configuration)
    }
    norm = try RMSNorm(model["norm"], width: width, epsilon: Float(configuration.rmsNormEps))
  }

  /// The hidden states of `ids`, (tokens, width) each: the embeddings, the output of every layer but the last, and
  /// the last after the final norm.
  ///
  /// - Parameters:
  ///   - mask: false for tokens that no other may look at, such as padding at the end.
  ///   - beforeLayer: may throw to stop.
  ///
  /// Throws `TextEncoderError` for an unknown id, no tokens, or a mask of another length.
  package func callAsFunction(
    _ ids: [Int], mask: [Bool]? = nil, beforeLayer: () throws -> Void = {}
  ) throws -> [Tensor] {
    guard !ids.isEmpty, mask?.count ?? ids.count == ids.count else {
      throw TextEncoderError(
        encoder: "LlamaModel", expected: "at least one token and one mask entry a token",
        found: "\(ids.count) tokens, \(mask?.count ?? 0) mask entries")
    }
    var x = try embed(ids, encoder: "LlamaModel")
    let rotary = configuration.rope.tables(count: ids.count, headDim: configuration.headDim)
    var states = [x]
    for (index, layer) in layers.enumerated() {
      try beforeLayer()
      layer(&x, rotary, mask: mask)
      states.append(index < layers.count - 1 ? x : norm(x))
    }
    return states
  }
}
