package import Tensors

/// What the text encoders made of one prompt.
package struct HiDreamConditioning: Sendable {
  /// (t5 tokens, captionChannels[0])
  package let t5: Tensor
  /// (hidden states, llama tokens, captionChannels[1])
  package let llama: Tensor
  /// (textEmbDim)
  package let pooled: Tensor

  package init(t5: Tensor, llama: Tensor, pooled: Tensor) {
    self.t5 = t5
    self.llama = llama
    self.pooled = pooled
  }
}

/// One prompt in the transformer's own width: the part of a forward that no step changes.
package struct HiDreamPrompt: Sendable {
  /// The text that lives through all blocks: T5 tokens, then those of the last Llama state, (tokens, width).
  let text: Tensor
  /// For each block the Llama tokens that it reads and drops, (tokens, width).
  let captions: [Tensor]
  /// Pooled text, (1, width).
  let pooled: Tensor
  /// adaLN under this prompt, for the times it was evaluated at.
  var modulations: PromptModulations?

  /// Tokens that live through all blocks, and those that a block reads besides, at most.
  package var textTokens: Int { text.shape[0] }
  package var captionTokens: Int { captions.map { $0.shape[0] }.max() ?? 0 }
}

/// One sequence of a ragged batch.
package struct HiDreamInput: Sendable {
  /// (inChannels, H, W); H and W are multiples of the patch size.
  package let latents: Tensor
  /// 0...1000, large is noise.
  package let timestep: Float
  package let prompt: HiDreamPrompt

  package init(latents: Tensor, timestep: Float, prompt: HiDreamPrompt) {
    self.latents = latents
    self.timestep = timestep
    self.prompt = prompt
  }
}
