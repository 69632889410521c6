import Autoencoders
package import Checkpoints
import DiffusionTransformers
import FoundationEssentials
import Layers
import TextEncoders

/// The kinds of network that a model has, told apart by the names of their tensors.
package enum NetworkKind: String, Sendable, Codable, CaseIterable {
  case transformer = "HiDream transformer"
  case clip = "CLIP text encoder"
  case t5 = "T5 text encoder"
  case llama = "Llama text encoder"
  case compactText = "compact text encoder"
  case autoencoder = "autoencoder"
  case compactAutoencoder = "compact autoencoder"
  case adapter

  /// Nil for names that belong to none of them.
  package init?(of checkpoint: Checkpoint, className: String?) {
    func has(_ names: String...) -> Bool { names.contains(where: checkpoint.contains) }
    switch className {
    case "CompactTextEncoder": self = .compactText
    case "CompactAutoencoder": self = .compactAutoencoder
    default:
      if has("x_embedder.proj.weight") && has("caption_projection.0.linear.weight") {
        self = .transformer
      } else if has("text_model.encoder.layers.0.self_attn.q_proj.weight") {
        self = .clip
      } else if has("encoder.block.0.layer.0.SelfAttention.q.weight") {
        self = .t5
      } else if has("model.layers.0.self_attn.q_proj.weight", "layers.0.self_attn.q_proj.weight") {
        self = .llama
      } else if has("decoder.conv_in.weight") && has("encoder.conv_in.weight") {
        self = .autoencoder
      } else if Checkpoint.isAdapter(checkpoint.names) {
        self = .adapter
      } else {
        return nil
      }
    }
  }

  /// Asks `scope` for everything that a network of this kind takes, which notes what is amiss. Throws for a
  /// configuration that is missing or cannot be.
  func takeWeights(from scope: WeightScope, of checkpoint: Checkpoint) throws {
    switch self {
    case .transformer: _ = try HiDreamTransformer(scope, HiDreamConfiguration(of: checkpoint))
    case .clip:
      _ = try CLIPTextEncoder(
        configuration(
          checkpoint, ["CLIPTextModelWithProjection", "CLIPTextModel", "CLIPModel"]), weights: scope)
    case .t5:
      _ = try T5Encoder(
        configuration(checkpoint, ["T5EncoderModel", "T5ForConditionalGeneration", "T5Model"]), weights: scope
      )
    case .llama:
      _ = try LlamaModel(configuration(checkpoint, ["LlamaForCausalLM", "LlamaModel"]), weights: scope)
    case .compactText:
      _ = try CompactTextEncoder(configuration(checkpoint, ["CompactTextEncoder"]), weights: scope)
    case .autoencoder: _ = try AutoencoderKL(configuration(checkpoint, ["AutoencoderKL"]), weights: scope)
    case .compactAutoencoder:
      _ = try CompactAutoencoder(configuration(checkpoint, ["CompactAutoencoder"]), weights: scope)
    case .adapter: break
    }
  }

  /// Names that files of this kind hold besides what the encoder needs.
  func isExpectedExtra(_ name: String) -> Bool {
    switch self {
    case .llama: name == "lm_head.weight" || name == "rope_freqs.weight"
    case .t5: name.hasPrefix("decoder.") || name == "lm_head.weight" || name.hasSuffix("embed_tokens.weight")
    case .clip: name.hasSuffix("position_ids") || name == "logit_scale" || name.hasPrefix("vision_model.")
    default: false
    }
  }

  private func configuration<Configuration: Decodable>(_ checkpoint: Checkpoint, _ classNames: [String])
    throws
    -> Configuration
  {
    guard let found: Configuration = try checkpoint.configuration(classNames: classNames) else {
      throw CheckpointError(
        .missingFile, path: checkpoint.path,
        problem: "expected the configuration of a \(rawValue), found none",
        advice: "put its config.json beside the file")
    }
    return found
  }
}
