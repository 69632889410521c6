package import Checkpoints
import Layers
package import Tensors

/// The encoder of T5 (arXiv 1910.10683, version 1.1), with the names of transformers' `T5EncoderModel`.
package struct T5Encoder: Sendable {
  package let configuration: T5Configuration
  private let embed: Embedding
  private let bias: T5RelativeBias
  private let layers: [T5Layer]
  private let finalNorm: RMSNorm

  /// Takes the weights from `scope`; call `scope.finish(allowingUnused: true)` afterwards, since files may hold the
  /// embedding twice, or a decoder. Throws `CheckpointError`.
  package init(_ configuration: T5Configuration, weights scope: WeightScope) throws {
    self.configuration = configuration
    let encoder = scope["encoder"]
    let table = scope["shared"].contains("weight") ? scope["shared"] : encoder["embed_tokens"]
    embed = try Embedding(table, count: configuration.vocabSize, width: configuration.dModel)
    // Only the first block has the table; all use it.
    let first = encoder["block"][0]["layer"][0]["SelfAttention"]
    bias = try T5RelativeBias(first["relative_attention_bias"], configuration)
    layers = try (0..<configuration.numLayers).map { index in
      try T5Layer(encoder["block"][index]["layer"], configuration)
    }
    finalNorm = try RMSNorm(
      encoder["final_layer_norm"], width: configuration.dModel,
      epsilon: Float(configuration.layerNormEpsilon))
  }

  /// The last hidden state of `ids`, (tokens, width), after the final norm.
  ///
  /// - Parameters:
  ///   - mask: false for tokens that no other may look at, such as padding.
  ///   - beforeLayer: may throw to stop.
  ///
  /// Throws `TextEncoderError` for an unknown id, no tokens, or a mask of another length.
  package func callAsFunction(
    _ ids: [Int], mask: [Bool]? = nil, beforeLayer: () throws -> Void = {}
  ) throws -> Tensor {
    guard !ids.isEmpty, mask?.count ?? ids.count == ids.count else {
      throw TextEncoderError(
        encoder: "T5Encoder", expected: "at least one token and one mask entry a token",
        found: "\(ids.count) tokens, \(mask?.count ?? 0) mask entries")
    }
    var x = try embed(ids, encoder: "T5Encoder")
    let bias = bias(count: ids.count)
    for layer in layers {
      try beforeLayer()
      layer(&x, bias: bias, mask: mask)
    }
    return finalNorm(x)
  }
}
