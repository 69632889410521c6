package import Checkpoints

/// What was named as a model: a folder, a file or `bundled`, and the parts that come from elsewhere.
package struct ModelSource: Sendable {
  /// A path, or `bundled`.
  package var name: String
  /// Files or folders that take the place of the model's own parts.
  package var parts: [ModelPart: String] = [:]
  /// What changes the transformer's weights (LoRA, LoKr, DoRA), in this order.
  package var adapters: [AdapterRequest] = []
  /// Which HiDream-I1 it is; nil reads it from the scheduler or the name.
  package var variant: HiDreamVariant?
  /// Whether encoded prompts are kept on disk.
  package var cachesPrompts = true

  package init(_ name: String) {
    self.name = name
  }
}

/// The parts of a HiDream-I1 model beside its transformer; the raw values are the flags that name them.
package enum ModelPart: String, CaseIterable, Sendable {
  case autoencoder = "vae"
  case clipL = "clip_l"
  case clipG = "clip_g"
  case t5 = "t5xxl"
  case llama = "llm"

  static let encoders: [ModelPart] = [.clipL, .clipG, .t5, .llama]

  /// What the network is called.
  var name: String {
    switch self {
    case .autoencoder: "AutoencoderKL"
    case .clipL: "CLIP-L"
    case .clipG: "CLIP-G"
    case .t5: "T5-XXL"
    case .llama: "Llama-3.1-8B-Instruct"
    }
  }

  /// As a person calls it.
  var title: String { self == .autoencoder ? "the autoencoder" : "the text encoder \(name)" }

  /// Its folder in the diffusers layout.
  var folder: String {
    switch self {
    case .autoencoder: "vae"
    case .clipL: "text_encoder"
    case .clipG: "text_encoder_2"
    case .t5: "text_encoder_3"
    case .llama: "text_encoder_4"
    }
  }

  /// The folder of its tokenizer in the diffusers layout.
  var tokenizerFolder: String? {
    self == .autoencoder ? nil : folder.replacing("text_encoder", with: "tokenizer")
  }
}
