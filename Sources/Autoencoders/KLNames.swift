import Checkpoints

/// Where the parts of an `AutoencoderKL` are: by diffusers' names, or by those of the single file that FLUX came in
/// first (`ae.safetensors`), whose decoder counts its levels from the picture.
struct KLNames: Sendable {
  private let isOriginal: Bool
  let shortcut: String
  let normOut: String

  init(_ root: WeightScope) {
    isOriginal = root["encoder"]["mid"]["block_1"]["norm1"].contains("weight")
    shortcut = isOriginal ? "nin_shortcut" : "conv_shortcut"
    normOut = isOriginal ? "norm_out" : "conv_norm_out"
  }

  /// Level `index` of the encoder, from the picture down.
  func down(_ encoder: WeightScope, _ index: Int) -> WeightScope {
    encoder[isOriginal ? "down" : "down_blocks"][index]
  }

  /// Level `index` of the decoder's `count`, from the latents up.
  func up(_ decoder: WeightScope, _ index: Int, of count: Int) -> WeightScope {
    isOriginal ? decoder["up"][count - 1 - index] : decoder["up_blocks"][index]
  }

  func residual(_ level: WeightScope, _ index: Int) -> WeightScope {
    level[isOriginal ? "block" : "resnets"][index]
  }

  func downsampler(_ level: WeightScope) -> WeightScope {
    isOriginal ? level["downsample"]["conv"] : level["downsamplers"][0]["conv"]
  }

  func upsampler(_ level: WeightScope) -> WeightScope {
    isOriginal ? level["upsample"]["conv"] : level["upsamplers"][0]["conv"]
  }

  func middleResidual(_ part: WeightScope, _ index: Int) -> WeightScope {
    isOriginal ? part["mid"]["block_\(index + 1)"] : part["mid_block"]["resnets"][index]
  }

  func middleAttention(_ part: WeightScope) -> WeightScope {
    isOriginal ? part["mid"]["attn_1"] : part["mid_block"]["attentions"][0]
  }

  /// Norm, query, key, value and output of the attention.
  func attentionParts(_ attention: WeightScope) -> [WeightScope] {
    if isOriginal { return ["norm", "q", "k", "v", "proj_out"].map { attention[$0] } }
    // diffusers' names before 2023.
    if attention["query"].contains("weight") {
      return ["group_norm", "query", "key", "value", "proj_attn"].map { attention[$0] }
    }
    return ["group_norm", "to_q", "to_k", "to_v"].map { attention[$0] } + [attention["to_out"][0]]
  }
}
