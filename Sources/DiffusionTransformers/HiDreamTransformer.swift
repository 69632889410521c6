package import Checkpoints
package import Layers
package import Tensors

/// The diffusion transformer of HiDream-I1 (arXiv 2505.22705), with the tensor names of diffusers'
/// `HiDreamImageTransformer2DModel`.
package struct HiDreamTransformer: Sendable {
  package let configuration: HiDreamConfiguration
  private let timestepEmbedder: TimestepEmbedding
  private let pooledEmbedder: EmbeddingMLP
  private let patchEmbedder: Linear
  private let captionProjections: [Linear]
  private let dualBlocks: [DualStreamBlock]
  private let singleBlocks: [SingleStreamBlock]
  private let finalLayer: FinalLayer

  /// Takes every tensor from `scope`, whose `finish()` the caller has to call. Throws `CheckpointError`.
  package init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let width = configuration.width
    self.configuration = configuration
    // What goes in and out is little work, and its rounding would stay in the picture.
    let exact = scope.exact
    timestepEmbedder = try TimestepEmbedding(exact["t_embedder"]["timestep_embedder"], width: width)
    pooledEmbedder = try EmbeddingMLP(
      exact["p_embedder"]["pooled_embedder"], inputs: configuration.textEmbDim, width: width)
    patchEmbedder = try Linear(
      exact["x_embedder"]["proj"], inputs: configuration.patchElements, outputs: width, bias: true)
    captionProjections = try (0...configuration.blockCount).map { index in
      let channels = configuration.captionChannels[index < configuration.blockCount ? 1 : 0]
      let place = scope["caption_projection"][index]["linear"]
      return try Linear(place, inputs: channels, outputs: width, bias: false)
    }
    dualBlocks = try (0..<configuration.numLayers).map { index in
      try DualStreamBlock(scope["double_stream_blocks"][index]["block"], configuration)
    }
    singleBlocks = try (0..<configuration.numSingleLayers).map { index in
      try SingleStreamBlock(scope["single_stream_blocks"][index]["block"], configuration)
    }
    finalLayer = try FinalLayer(exact["final_layer"], configuration)
  }

  /// Brings a prompt to the transformer's width: once a run, for all its steps. Throws `TransformerError` for
  /// tensors of other shapes than the configuration's.
  package func prepare(_ conditioning: HiDreamConditioning) throws -> HiDreamPrompt {
    try InputCheck(configuration).check(conditioning)
    let tokens = Array(conditioning.llama.shape.dropFirst())
    let captions = configuration.llamaLayers.enumerated().map { block, state in
      captionProjections[block](conditioning.llama.rows(state..<state + 1).reshaped(tokens))
    }
    let t5 = captionProjections[configuration.blockCount](conditioning.t5)
    return HiDreamPrompt(
      text: joined([t5, captions[configuration.blockCount - 1]]), captions: captions,
      pooled: pooledEmbedder(conditioning.pooled.reshaped([1, configuration.textEmbDim])))
  }

  /// One forward of a ragged batch: sequences may differ in size, time and text.
  ///
  /// - Parameters:
  ///   - inputs: at least one.
  ///   - sparse: the run's attention; `begin(step:of:)` has been called.
  ///   - isCancelled: asked several times a block.
  /// - Returns: for each input the raw output (outChannels, H, W): the velocity is its negative.
  /// - Throws: `TransformerError` for inputs that do not fit, `CancellationError`.
  package func callAsFunction(
    _ inputs: [HiDreamInput], sparse: inout SparseAttention, isCancelled: () -> Bool = { false }
  ) throws -> [Tensor] {
    for input in inputs { try InputCheck(configuration).check(input) }
    return try withoutActuallyEscaping(isCancelled) { isCancelled in
      try run(inputs, step: context(inputs, isCancelled), sparse: &sparse)
    }
  }

  private func context(_ inputs: [HiDreamInput], _ isCancelled: @escaping () -> Bool) -> StepContext {
    let grids = inputs.map { input in
      PatchGrid(
        height: input.latents.shape[1], width: input.latents.shape[2], patch: configuration.patchSize)
    }
    // Time and pooled text in one vector, (sequences, width).
    let embedding = add(timestepEmbedder(inputs.map(\.timestep)), joined(inputs.map(\.prompt.pooled)))
    return StepContext(
      activated: silu(embedding), grids: grids,
      rotary: grids.map {
        RotaryTable(
          positions: $0.positions, axes: configuration.axesDimsRope, headDim: configuration.attentionHeadDim)
      },
      heads: configuration.numAttentionHeads, headDim: configuration.attentionHeadDim,
      checkCancellation: { if isCancelled() { throw CancellationError() } })
  }

  private func run(_ inputs: [HiDreamInput], step: StepContext, sparse: inout SparseAttention) throws
    -> [Tensor]
  {
    let patches = zip(step.grids, inputs).map { $0.patchify($1.latents) }
    var images = split(patchEmbedder(joined(patches)), step.grids.map(\.count))  // (tokens, width) each
    var texts = inputs.map(\.prompt.text)
    for (index, block) in dualBlocks.enumerated() {
      try step.checkCancellation()
      try block(
        images: &images, texts: &texts, captions: inputs.map { $0.prompt.captions[index] }, step: step,
        sparse: &sparse, block: index)
    }

    var streams = zip(images, texts).map { joined([$0, $1]) }  // (image + text tokens, width) each
    for (index, block) in singleBlocks.enumerated() {
      try step.checkCancellation()
      let number = dualBlocks.count + index
      var context = inputs.map { $0.prompt.captions[number] }
      if index == singleBlocks.count - 1 {
        // Nothing reads the text after the last block: it is only attended to.
        let counts = step.grids.map(\.count)
        context = streams.indices.map {
          joined([streams[$0].rows(counts[$0]..<streams[$0].shape[0]), context[$0]])
        }
        streams = streams.indices.map { streams[$0].rows(0..<counts[$0]) }
      }
      try block(&streams, context: context, step: step, sparse: &sparse, block: number)
    }
    let tokens = zip(streams, step.grids).map { $0.rows(0..<$1.count) }
    return zip(finalLayer(tokens, activated: step.activated), step.grids).map { $1.unpatchify($0) }
  }
}
