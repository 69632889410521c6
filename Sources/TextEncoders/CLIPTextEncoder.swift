package import Checkpoints
import Layers
package import Tensors

/// What a CLIP text encoder makes of a prompt.
package struct CLIPTextStates: Sendable {
  /// The embeddings and the output of each layer, (tokens, width) each; the final norm is not in them.
  package let hiddenStates: [Tensor]
  /// After the final norm, (tokens, width).
  package let last: Tensor
  /// The last state at the first end-of-text token, (width).
  package let pooled: Tensor
  /// `pooled` through the projection, (projection).
  package let projected: Tensor
}

/// CLIP's text tower with its projection (arXiv 2103.00020), with the names of transformers'
/// `CLIPTextModelWithProjection`.
package struct CLIPTextEncoder: Sendable {
  package let configuration: CLIPTextConfiguration
  private let tokens: Embedding
  private let positions: Embedding
  private let layers: [CLIPTextLayer]
  private let finalNorm: LayerNorm
  private let projection: Linear

  /// Takes the weights from `scope`; call `scope.finish(allowingUnused: true)` afterwards, since files may hold the
  /// list of positions too. Throws `CheckpointError`.
  package init(_ configuration: CLIPTextConfiguration, weights scope: WeightScope) throws {
    self.configuration = configuration
    let model = scope["text_model"]
    let width = configuration.hiddenSize
    tokens = try Embedding(
      model["embeddings"]["token_embedding"], count: configuration.vocabSize, width: width)
    positions = try Embedding(
      model["embeddings"]["position_embedding"], count: configuration.maxPositionEmbeddings, width: width)
    layers = try (0..<configuration.numHiddenLayers).map { index in
      try CLIPTextLayer(model["encoder"]["layers"][index], configuration)
    }
    finalNorm = try LayerNorm(
      model["final_layer_norm"], width: width, epsilon: Float(configuration.layerNormEps))
    projection = try Linear(
      scope["text_projection"], inputs: width, outputs: configuration.projectionDim, bias: false)
  }

  /// The states of `ids`, which begin and end with the special tokens; padding may follow.
  ///
  /// Tokens see only what is before them, so padding after the end changes nothing that is pooled. Throws
  /// `TextEncoderError` for too many tokens, an unknown id, or no end-of-text token.
  package func callAsFunction(_ ids: [Int]) throws -> CLIPTextStates {
    let name = "CLIPTextEncoder"
    guard (1...configuration.maxPositionEmbeddings).contains(ids.count) else {
      throw TextEncoderError(
        encoder: name, expected: "1 to \(configuration.maxPositionEmbeddings) tokens", found: "\(ids.count)")
    }
    guard let end = endOfText(ids) else {
      throw TextEncoderError(
        encoder: name, expected: "the end-of-text token \(configuration.eosTokenID)", found: "none")
    }
    // (tokens, width)
    var x = add(try tokens(ids, encoder: name), try positions(Array(ids.indices), encoder: name))
    var states = [x]
    for layer in layers {
      layer(&x)
      states.append(x)
    }
    x = finalNorm(x)
    let pooled = x.rows(end..<end + 1)
    return CLIPTextStates(
      hiddenStates: states, last: x, pooled: pooled.reshaped([configuration.hiddenSize]),
      projected: projection(pooled).reshaped([configuration.projectionDim]))
  }

  /// Older configurations say 2 and mean the largest id, whatever it is.
  private func endOfText(_ ids: [Int]) -> Int? {
    let token = configuration.eosTokenID == 2 ? ids.max() : configuration.eosTokenID
    return ids.firstIndex { $0 == token }
  }
}
