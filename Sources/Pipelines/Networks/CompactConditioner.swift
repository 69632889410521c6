import DiffusionTransformers
import LatentEditing
import TextEncoders
import Tokenizers

/// Prompts for the bundled model: one small encoder feeds every text input of the transformer.
struct CompactConditioner: Conditioner, Sendable {
  let tokenizer: TextTokenizer
  let encoder: CompactTextEncoder
  let transformer: HiDreamTransformer

  func encode(_ prompt: String) throws -> EncodedPrompt {
    let ids = tokenizer.encode(prompt)
    let states = try encoder(ids)
    return EncodedPrompt(
      conditioning: HiDreamConditioning(t5: states.t5, llama: states.llama, pooled: states.pooled),
      ids: ["ids.t5": ids])
  }

  func condition(on prompt: String) throws -> ConditionedPrompt<HiDreamPrompt> {
    ConditionedPrompt(conditioning: try transformer.prepare(try encode(prompt).conditioning))
  }
}
