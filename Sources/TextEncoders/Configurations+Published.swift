package import Checkpoints

extension CLIPTextConfiguration {
  /// HiDream-I1's CLIP-L, with 248 positions.
  package static let hiDreamL = CLIPTextConfiguration(
    vocabSize: 49408, hiddenSize: 768, intermediateSize: 3072, projectionDim: 768, numHiddenLayers: 12,
    numAttentionHeads: 12, maxPositionEmbeddings: 248, hiddenAct: .quickGELU, layerNormEps: 1e-5,
    eosTokenID: 49407)

  /// HiDream-I1's CLIP-G, with 218 positions.
  package static let hiDreamG = CLIPTextConfiguration(
    vocabSize: 49408, hiddenSize: 1280, intermediateSize: 5120, projectionDim: 1280, numHiddenLayers: 32,
    numAttentionHeads: 20, maxPositionEmbeddings: 218, hiddenAct: .gelu, layerNormEps: 1e-5, eosTokenID: 49407
  )
}

extension T5Configuration {
  /// T5 version 1.1 XXL.
  package static let xxl = T5Configuration(
    vocabSize: 32128, dModel: 4096, dKV: 64, dFF: 10240, numLayers: 24, numHeads: 64,
    relativeAttentionNumBuckets: 32, relativeAttentionMaxDistance: 128, layerNormEpsilon: 1e-6,
    feedForwardProj: .gatedGELU)
}

extension LlamaConfiguration {
  /// Llama 3.1 8B.
  package static let llama31 = LlamaConfiguration(
    vocabSize: 128_256, hiddenSize: 4096, intermediateSize: 14336, numHiddenLayers: 32, numAttentionHeads: 32,
    numKeyValueHeads: 8, headDim: 128, rmsNormEps: 1e-5, attentionBias: false, mlpBias: false,
    rope: .llama31)
}

extension LlamaRope {
  static var llama31: LlamaRope {
    var rope = LlamaRope(theta: 500_000)
    rope.kind = .llama3
    rope.factor = 8
    return rope
  }
}

extension CLIPTextConfiguration {
  /// The configuration that comes with `checkpoint`, or a published model's where none does, with as many positions as
  /// the file has. Throws `CheckpointError`.
  package init(of checkpoint: Checkpoint, default published: CLIPTextConfiguration) throws {
    self = try checkpoint.configuration(classNames: Self.classNames, orPublished: published)
    let positions = checkpoint.shape(of: "text_model.embeddings.position_embedding.weight")?.first
    if let positions, self == published, (1...1_000_000).contains(positions) {
      maxPositionEmbeddings = positions
    }
  }
}

extension T5Configuration {
  /// The configuration that comes with `checkpoint`, or a published model's where none does. Throws `CheckpointError`.
  package init(of checkpoint: Checkpoint, default published: T5Configuration) throws {
    self = try checkpoint.configuration(classNames: Self.classNames, orPublished: published)
  }
}

extension LlamaConfiguration {
  /// The configuration that comes with `checkpoint`, or a published model's where none does. Throws `CheckpointError`.
  package init(of checkpoint: Checkpoint, default published: LlamaConfiguration) throws {
    self = try checkpoint.configuration(classNames: Self.classNames, orPublished: published)
  }
}
