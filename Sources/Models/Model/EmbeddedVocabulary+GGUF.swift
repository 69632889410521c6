package import Checkpoints
package import Tokenizers

extension EmbeddedVocabulary {
  /// The tokenizer that a GGUF file carries, or nil where it has none.
  package init?(_ values: GGUFMetadata) {
    func integer(_ key: String) -> Int? { values.integer("tokenizer.ggml.\(key)") }
    guard let model = values.string("tokenizer.ggml.model"),
      let tokens = values.strings("tokenizer.ggml.tokens")
    else { return nil }
    // llama.cpp's own defaults, where a file does not say.
    let isUnigram = model == "t5"
    self.init(
      model: model, pre: values.string("tokenizer.ggml.pre") ?? "", tokens: tokens,
      scores: (values.numbers("tokenizer.ggml.scores") ?? []).map(Float.init),
      types: values.integers("tokenizer.ggml.token_type") ?? [],
      merges: values.strings("tokenizer.ggml.merges") ?? [],
      charsmap: (values.integers("tokenizer.ggml.precompiled_charsmap") ?? []).map(
        UInt8.init(truncatingIfNeeded:)),
      beginID: integer("bos_token_id"), endID: integer("eos_token_id"),
      unknownID: integer("unknown_token_id"),
      addsBegin: values.boolean("tokenizer.ggml.add_bos_token") ?? !isUnigram,
      addsEnd: values.boolean("tokenizer.ggml.add_eos_token") ?? isUnigram)
  }
}
