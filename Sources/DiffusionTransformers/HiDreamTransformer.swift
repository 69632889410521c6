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
  /// Where the weights stay in their file: how the blocks come into memory.
  private let stream: BlockStream?
  private let captionWeights: MappedWeights
  private let modulationWeights: MappedWeights

  /// Takes every tensor from `scope`, whose `finish()` the caller has to call. Throws `CheckpointError`.
  ///
  /// - Parameter fileMemory: bytes of the file that the system can hold, for weights that stay in it.
  package init(_ scope: WeightScope, _ configuration: HiDreamConfiguration, fileMemory: Int = .max) throws {
    let width = configuration.width
    self.configuration = configuration
    // What goes in and out is little work, and its rounding would stay in the picture.
    let exact = scope.exact
    timestepEmbedder = try TimestepEmbedding(exact["t_embedder"]["timestep_embedder"], width: width)
    pooledEmbedder = try EmbeddingMLP(
      exact["p_embedder"]["pooled_embedder"], inputs: configuration.textEmbDim, width: width)
    patchEmbedder = try Linear(
      exact["x_embedder"]["proj"], inputs: configuration.patchElements, outputs: width, bias: true)
    (captionProjections, captionWeights) = try scope.taken {
      try (0...configuration.blockCount).map { index in
        let channels = configuration.captionChannels[index < configuration.blockCount ? 1 : 0]
        let place = scope["caption_projection"][index]["linear"]
        return try Linear(place, inputs: channels, outputs: width, bias: false)
      }
    }
    var blocks: [MappedWeights] = []
    dualBlocks = try (0..<configuration.numLayers).map { index in
      let (block, weights) = try scope.taken(excluding: Modulation.name) {
        try DualStreamBlock(scope["double_stream_blocks"][index]["block"], configuration)
      }
      blocks.append(weights)
      return block
    }
    singleBlocks = try (0..<configuration.numSingleLayers).map { index in
      let (block, weights) = try scope.taken(excluding: Modulation.name) {
        try SingleStreamBlock(scope["single_stream_blocks"][index]["block"], configuration)
      }
      blocks.append(weights)
      return block
    }
    finalLayer = try FinalLayer(exact["final_layer"], configuration)
    modulationWeights = scope.taken(naming: Modulation.name)
    stream = scope.residency == .streamed ? BlockStream(blocks, memory: fileMemory) : nil
  }

  /// What a forward of these sequences will cost.
  package func estimate(_ sequences: [ForwardEstimate.Sequence]) -> ForwardEstimate {
    ForwardEstimate(configuration, sequences)
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
    if stream != nil { captionWeights.discard() }
    return HiDreamPrompt(
      text: joined([t5, captions[configuration.blockCount - 1]]), captions: captions,
      pooled: pooledEmbedder(conditioning.pooled.reshaped([1, configuration.textEmbDim])))
  }

  /// The prompt with adaLN evaluated at all of a run's times, after which forwards at those times read none of its
  /// weights. Changes no result.
  package func prepare(_ prompt: HiDreamPrompt, for timesteps: [Float]) -> HiDreamPrompt {
    let pooled = joined(timesteps.map { _ in prompt.pooled })
    let activated = silu(add(timestepEmbedder(timesteps), pooled))
    let layers = dualBlocks.map(\.modulation) + singleBlocks.map(\.modulation) + [finalLayer.modulation]
    var result = prompt
    result.modulations = PromptModulations(timesteps: timesteps, tables: layers.map { $0.table(activated) })
    if stream != nil { modulationWeights.discard() }
    return result
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
    var memories = inputs.map { _ in TokenMemory() }
    return try callAsFunction(inputs, sparse: &sparse, memories: &memories, isCancelled: isCancelled)
  }

  /// The same, of no more image tokens than each sequence's memory plans.
  ///
  /// - Parameter memories: one an input; where one recalls, the rest of the output is what the last forwards that
  ///   computed it left there.
  package func callAsFunction(
    _ inputs: [HiDreamInput], sparse: inout SparseAttention, memories: inout [TokenMemory],
    isCancelled: () -> Bool = { false }
  ) throws -> [Tensor] {
    let check = InputCheck(configuration)
    for (input, memory) in zip(inputs, memories) { try check.check(input, memory) }
    for index in memories.indices { memories[index].begin() }
    return try withoutActuallyEscaping(isCancelled) { isCancelled in
      try run(
        inputs, step: context(inputs, computed: memories.map(\.computed), isCancelled), sparse: &sparse,
        memories: &memories)
    }
  }

  private func context(
    _ inputs: [HiDreamInput], computed: [[Int]?], _ isCancelled: @escaping () -> Bool
  ) -> StepContext {
    let grids = inputs.map { input in
      PatchGrid(
        height: input.latents.shape[1], width: input.latents.shape[2], patch: configuration.patchSize)
    }
    // Time and pooled text in one vector, (sequences, width).
    let embedding = add(timestepEmbedder(inputs.map(\.timestep)), joined(inputs.map(\.prompt.pooled)))
    let modulations = inputs.compactMap { $0.prompt.modulations?.rows(at: $0.timestep) }
    return StepContext(
      activated: silu(embedding),
      modulations: modulations.count < inputs.count
        ? nil : (0...configuration.blockCount).map { block in modulations.map { $0[block] } },
      grids: grids, computed: computed,
      rotary: zip(grids, computed).map { grid, places in
        let positions = grid.positions
        return RotaryTable(
          positions: places?.map { positions[$0] } ?? positions, axes: configuration.axesDimsRope,
          headDim: configuration.attentionHeadDim)
      },
      heads: configuration.numAttentionHeads, headDim: configuration.attentionHeadDim,
      checkCancellation: { if isCancelled() { throw CancellationError() } })
  }

  private func run(
    _ inputs: [HiDreamInput], step: StepContext, sparse: inout SparseAttention, memories: inout [TokenMemory]
  ) throws -> [Tensor] {
    let patches = inputs.indices.map { sequence in
      let all = step.grids[sequence].patchify(inputs[sequence].latents)
      return step.computed[sequence].map { gatherRows(all, $0) } ?? all
    }
    let counts = step.imageCounts
    var images = split(patchEmbedder(joined(patches)), counts)  // (tokens, width) each
    var texts = inputs.map(\.prompt.text)
    for (index, block) in dualBlocks.enumerated() {
      try step.checkCancellation()
      stream?.begin(index)
      defer { stream?.end(index) }
      try block(
        images: &images, texts: &texts, captions: inputs.map { $0.prompt.captions[index] }, step: step,
        sparse: &sparse, memories: &memories, block: index)
    }

    var streams = zip(images, texts).map { joined([$0, $1]) }  // (image + text tokens, width) each
    for (index, block) in singleBlocks.enumerated() {
      try step.checkCancellation()
      let number = dualBlocks.count + index
      stream?.begin(number)
      defer { stream?.end(number) }
      var context = inputs.map { $0.prompt.captions[number] }
      if index == singleBlocks.count - 1 {
        // Nothing reads the text after the last block: it is only attended to.
        context = streams.indices.map {
          joined([streams[$0].rows(counts[$0]..<streams[$0].shape[0]), context[$0]])
        }
        streams = streams.indices.map { streams[$0].rows(0..<counts[$0]) }
      }
      try block(
        &streams, context: context, step: step, sparse: &sparse, memories: &memories, block: number)
    }
    let tokens = zip(streams, counts).map { $0.rows(0..<$1) }
    let outputs = finalLayer(tokens, step: step, block: configuration.blockCount)
    var pictures: [Tensor] = []
    for (sequence, output) in outputs.enumerated() {
      pictures.append(step.grids[sequence].unpatchify(memories[sequence].complete(output)))
    }
    return pictures
  }
}
