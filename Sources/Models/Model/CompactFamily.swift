import Autoencoders
import Checkpoints
import DiffusionTransformers
import Layers
import LatentEditing
import Schedulers
import Tensors
import TextEncoders
import Tokenizers

/// The bundled model's layout: a folder with a compact text encoder and a compact autoencoder.
struct CompactFamily: ModelFamily {
  private let name: String
  private let directory: String
  let variant: String?
  let defaults: ModelDefaults
  let scheduler: SchedulerConfiguration
  let notices: [String] = []
  let isDistilled = false

  init(_ source: ModelSource, directory: String, index: ModelIndex) throws {
    if let part = source.parts.keys.map(\.rawValue).sorted().first {
      throw PipelineError(
        .usage,
        "--\(part): the model '\(source.name)' has parts of its own that no other fits; leave the flag out.")
    }
    if let variant = source.variant {
      throw PipelineError(
        .usage,
        "--variant \(variant.rawValue): the model '\(source.name)' is no HiDream-I1; leave the flag out.")
    }
    let path = "\(directory)/model_index.json"
    try Self.check(index, path)
    name = source.name
    self.directory = directory
    variant = index.variant
    defaults = try ModelDefaults(index, place: path)
    scheduler = try Model.scheduler(in: "\(directory)/scheduler")
  }

  var budgetsFile: String { "\(directory)/transformer/\(AttentionBudgets.fileName)" }
  var computeFile: String { "\(directory)/transformer/\(MeasuredCompute.fileName)" }
  /// What was not measured is not risked.
  func unmeasuredCompute(_ checkpoint: Checkpoint) -> ComputePrecision { .fp32 }

  /// What is missing is said by the part that reads it.
  func requireAllParts() {}

  func openTransformer() throws -> Checkpoint {
    try HiDreamTransformer.checkpoint("\(directory)/transformer")
  }

  func makeCodec() throws -> any LatentCodec & Sendable {
    CompactCodec(autoencoder: try CompactAutoencoder(directory: "\(directory)/vae"))
  }

  func makeConditioner() throws -> any Conditioner<HiDreamConditioning> {
    let path = "\(directory)/tokenizer/tokenizer.json"
    return CompactConditioner(
      tokenizer: try TextTokenizer(json: [UInt8](try JSONFile.data(path)), file: path),
      encoder: try CompactTextEncoder(directory: "\(directory)/text_encoder"))
  }

  func checkFit(
    _ transformer: HiDreamConfiguration, _ conditioner: any Conditioner<HiDreamConditioning>
  ) throws {
    guard let conditioner = conditioner as? CompactConditioner else { return }
    let text = conditioner.encoder.configuration
    guard transformer.captionChannels == [text.hiddenSize, text.hiddenSize],
      transformer.textEmbDim == text.pooledSize,
      transformer.llamaLayers.allSatisfy({ $0 < text.numLayers }),
      conditioner.tokenizer.largestID < text.vocabSize
    else {
      throw Self.misfit(
        name, "the text encoder's sizes are not those that the transformer or the tokenizer has")
    }
  }

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
}
