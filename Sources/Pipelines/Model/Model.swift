package import DiffusionTransformers
import Autoencoders
import Foundation
import Layers
package import LatentEditing
package import Schedulers
package import Tensors
import TextEncoders
import Tokenizers

/// An opened model: its networks, its schedule and what it wants by default.
package struct Model: Sendable {
  /// As it was asked for.
  package let name: String
  /// Such as `full`, `dev`, `fast` or `bundled`, where the model says.
  package let variant: String?
  package let defaults: ModelDefaults
  package let scheduler: SchedulerConfiguration
  package let transformer: HiDreamTransformer
  package let codec: any LatentCodec & Sendable
  let conditioner: CompactConditioner
  /// How the heads share what sparse attention keeps, where that was learned.
  let budgets: AttentionBudgets?

  /// Side of a token in pixels: sizes are multiples of it.
  package var tokenSide: Int { codec.scale * transformer.configuration.patchSize }

  /// Opens the model called `name`: a diffusers directory or `bundled`.
  ///
  /// - Parameter compute: what the transformer's matrix products are computed in.
  /// - Throws: `PipelineError`, `CheckpointError`, `TransformerError`, `TokenizerError` or `SchedulerError`, with
  ///   the file and what is wrong with it.
  package init(opening name: String, compute: ComputePrecision = .fp32) throws {
    let directory = try ModelLocator.directory(named: name)
    let indexPath = "\(directory)/model_index.json"
    let index: ModelIndex = try JSONFile.read(indexPath)
    try Self.check(index, indexPath)
    self.name = name
    variant = index.variant
    defaults = try ModelDefaults(index.defaults, place: indexPath)
    scheduler = try Self.scheduler(in: "\(directory)/scheduler")
    let transformer = try HiDreamTransformer(directory: "\(directory)/transformer", compute: compute)
    self.transformer = transformer
    budgets = try AttentionBudgets.load(
      "\(directory)/transformer/\(AttentionBudgets.fileName)", blocks: transformer.configuration.blockCount,
      heads: transformer.configuration.numAttentionHeads)
    codec = CompactCodec(autoencoder: try CompactAutoencoder(directory: "\(directory)/vae"))
    let tokenizerPath = "\(directory)/tokenizer/tokenizer.json"
    conditioner = CompactConditioner(
      tokenizer: try TextTokenizer(json: [UInt8](try JSONFile.data(tokenizerPath)), file: tokenizerPath),
      encoder: try CompactTextEncoder(directory: "\(directory)/text_encoder"), transformer: transformer)
    try checkFit()
  }

  /// The `scheduler_config.json` in `directory`.
  package static func scheduler(in directory: String) throws -> SchedulerConfiguration {
    try JSONFile.read("\(directory)/scheduler_config.json")
  }

  /// What the text encoders make of a prompt, by the names of the transformer's inputs.
  package func encode(prompt: String) throws -> EncodedPrompt { try conditioner.encode(prompt) }

  private static func check(_ index: ModelIndex, _ path: String) throws(PipelineError) {
    let expected = [
      "transformer": "HiDreamImageTransformer2DModel", "vae": "CompactAutoencoder",
      "text_encoder": "CompactTextEncoder",
    ]
    for (part, name) in expected.sorted(by: { $0.key < $1.key }) {
      guard let found = index.classes[part], found == name else {
        throw PipelineError(
          .badData,
          "\(path): expected \"\(part)\" to be a \(name), found \(index.classes[part] ?? "none"); "
            + "this model's parts are not ones that can be run.")
      }
    }
  }

  /// The parts were made for each other.
  private func checkFit() throws(PipelineError) {
    let configuration = transformer.configuration
    let text = conditioner.encoder.configuration
    guard codec.latentChannels == configuration.inChannels,
      configuration.inChannels == configuration.outChannels
    else {
      throw misfit(
        "the transformer takes \(configuration.inChannels) channels and gives "
          + "\(configuration.outChannels); the autoencoder has \(codec.latentChannels)")
    }
    guard configuration.captionChannels == [text.hiddenSize, text.hiddenSize],
      configuration.textEmbDim == text.pooledSize,
      configuration.llamaLayers.allSatisfy({ $0 < text.numLayers }),
      conditioner.tokenizer.largestID < text.vocabSize
    else { throw misfit("the text encoder's sizes are not those that the transformer or the tokenizer has") }
  }

  private func misfit(_ problem: String) -> PipelineError {
    PipelineError(.badData, "model '\(name)': \(problem); the directory mixes parts of different models.")
  }
}
