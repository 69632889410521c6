import DiffusionTransformers
import LatentEditing
import TextEncoders
import Tokenizers

/// Prompts for the bundled model: one small encoder feeds every text input of the transformer.
struct CompactConditioner: Conditioner {
  let tokenizer: TextTokenizer
  let encoder: CompactTextEncoder

  func condition(on prompts: [String], cancellation: CancellationFlag) throws
    -> [ConditionedPrompt<HiDreamConditioning>]
  {
    try prompts.map { prompt in
      try cancellation.check()
      let ids = tokenizer.encode(prompt)
      let states = try encoder(ids)
      return ConditionedPrompt(
        conditioning: HiDreamConditioning(t5: states.t5, llama: states.llama, pooled: states.pooled),
        ids: ["ids.t5": ids])
    }
  }
}
