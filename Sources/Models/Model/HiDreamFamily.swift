import Autoencoders
import Checkpoints
import DiffusionTransformers
import Layers
import LatentEditing
import Schedulers
import Tensors
import TextEncoders

/// HiDream-I1 as it is published: a diffusers folder, or a transformer's file with its parts named by flags.
struct HiDreamFamily: ModelFamily {
  private let layout: HiDreamLayout
  private let cachesPrompts: Bool
  private let choice: HiDreamChoice
  let defaults: ModelDefaults

  init(_ source: ModelSource, path: String) throws {
    layout = try HiDreamLayout(source, path: path)
    cachesPrompts = source.cachesPrompts
    let published = try layout.scheduler.map(Model.scheduler)
    choice = HiDreamChoice(asked: source.variant, published: published, path: path)
    defaults = ModelDefaults(
      choice.variant, side: try layout.transformer.flatMap(TrainedResolution.side) ?? 1024)
  }

  var variant: String? { choice.variant.rawValue }
  var notices: [String] { [choice.sentence] }
  var isDistilled: Bool { choice.variant.isDistilled }
  var scheduler: SchedulerConfiguration { choice.scheduler }

  var budgetsFile: String { beside(AttentionBudgets.fileName) }
  var computeFile: String { beside(MeasuredCompute.fileName) }

  /// Where a file about the transformer lies: in its folder, or beside its file.
  private func beside(_ name: String) -> String {
    guard let transformer = layout.transformer, HiDreamLayout.isFolder(transformer) else {
      return "\(layout.transformer ?? "").\(name)"
    }
    return "\(transformer)/\(name)"
  }

  /// HiDream-I1 was published in bfloat16 and the reference computes in it, so weights of 16 bits or fewer lose nothing
  /// that the reference keeps. Who stores most of them in 32 bits wants those.
  func unmeasuredCompute(_ checkpoint: Checkpoint) -> ComputePrecision {
    var counts = (exact: 0, all: 0)
    for case let stored? in checkpoint.names.lazy.map({ try? checkpoint.stored($0) })
    where stored.shape.count >= 2 {
      counts.all += stored.count
      if stored.dtype == .float32 { counts.exact += stored.count }
    }
    return 2 * counts.exact > counts.all ? .fp32 : .bf16
  }

  func requireAllParts() throws {
    try layout.require(ModelPart.allCases, transformer: true)
  }

  func openTransformer() throws -> Checkpoint {
    try layout.require([], transformer: true)
    return try HiDreamTransformer.checkpoint(layout.transformer ?? "")
  }

  func makeCodec() throws -> any LatentCodec & Sendable {
    let path = try layout.place(of: .autoencoder).weights
    let autoencoder = try AutoencoderKL(path: path)
    let shape = autoencoder.configuration
    guard shape.inChannels == 3, shape.outChannels == 3 else {
      throw PipelineError(
        .badData,
        "\(path): expected an autoencoder of pictures with 3 channels, found \(shape.inChannels) in and "
          + "\(shape.outChannels) out.")
    }
    return KLCodec(autoencoder: autoencoder)
  }

  func makeConditioner() throws -> any Conditioner<HiDreamConditioning> {
    try layout.require(ModelPart.encoders)
    func files<Configuration>(
      _ part: ModelPart, _ read: (Checkpoint) throws -> Configuration
    ) throws -> EncoderFiles<Configuration> {
      try EncoderFiles(part, layout.place(of: part), read)
    }
    return HiDreamConditioner(
      clipL: try files(.clipL) { try CLIPTextConfiguration(of: $0, default: .hiDreamL) },
      clipG: try files(.clipG) { try CLIPTextConfiguration(of: $0, default: .hiDreamG) },
      t5: try files(.t5) { try T5Configuration(of: $0, default: .xxl) },
      llama: try files(.llama) { try LlamaConfiguration(of: $0, default: .llama31) },
      cache: cachesPrompts ? PromptCache.standard() : nil)
  }

  func checkFit(
    _ transformer: HiDreamConfiguration, _ conditioner: any Conditioner<HiDreamConditioning>
  ) throws {
    guard let text = conditioner as? HiDreamConditioner else { return }
    let sizes = [text.t5.configuration.dModel, text.llama.configuration.hiddenSize]
    guard transformer.captionChannels == sizes else {
      throw Self.misfit(
        layout.name,
        "the transformer reads T5 states of \(transformer.captionChannels[0]) and Llama states of "
          + "\(transformer.captionChannels[1]), the encoders (--t5xxl, --llm) make \(sizes[0]) and \(sizes[1])"
      )
    }
    let pooled = text.clipL.configuration.projectionDim + text.clipG.configuration.projectionDim
    guard transformer.textEmbDim == pooled else {
      throw Self.misfit(
        layout.name,
        "the transformer reads a pooled text of \(transformer.textEmbDim), the CLIP encoders (--clip_l, --clip_g) "
          + "make \(pooled)")
    }
    let layers = text.llama.configuration.numHiddenLayers
    guard transformer.llamaLayers.allSatisfy({ $0 < layers }) else {
      throw Self.misfit(
        layout.name,
        "the transformer reads Llama layers up to \(transformer.llamaLayers.max() ?? 0), the encoder (--llm) has "
          + "\(layers), counted from 0")
    }
  }
}
