import Checkpoints
import DiffusionTransformers
import LatentEditing
import Tensors
import TextEncoders

/// Prompts for HiDream-I1: two CLIP encoders, T5 and Llama, each opened, used and let go before the next.
///
/// As diffusers' `HiDreamImagePipeline` encodes a prompt of up to 128 tokens. A longer one is not cut in silence:
/// Llama, from which the transformer takes most, reads up to `llamaLimit` tokens. A CLIP encoder gives one vector; it
/// reads a prompt whole as far as its positions go and then in equal parts, whose vectors are averaged by their lengths.
/// T5 keeps its 128, because the transformer was trained with just so many and more of them spoil the picture; what it
/// does not read is said.
struct HiDreamConditioner: Conditioner {
  let clipL: EncoderFiles<CLIPTextConfiguration>
  let clipG: EncoderFiles<CLIPTextConfiguration>
  let t5: EncoderFiles<T5Configuration>
  let llama: EncoderFiles<LlamaConfiguration>
  let cache: PromptCache?

  /// Tokens that diffusers fills every prompt up to.
  static let length = 128
  /// Diffusers' limit for CLIP, the shorter of the two encoders' positions.
  static let clipLimit = 218
  /// The states of so many tokens take a gigabyte.
  static let llamaLimit = 2048

  func condition(on prompts: [String], cancellation: CancellationFlag) throws
    -> [ConditionedPrompt<HiDreamConditioning>]
  {
    let keys = try cache.map { _ in try prompts.map(key) }
    var results = prompts.indices.map { index in
      keys.flatMap { cache?.entry(for: $0[index]) }
    }
    let missing = results.indices.filter { results[$0] == nil }
    if !missing.isEmpty {
      let encoded = try encode(missing.map { prompts[$0] }, cancellation)
      for (index, prompt) in zip(missing, encoded) {
        results[index] = prompt
        if let key = keys?[index] { cache?.store(prompt, for: key) }
      }
    }
    return results.compactMap(\.self)
  }

  /// What tells this prompt under these encoders from every other.
  func key(_ prompt: String) throws -> String {
    let encoders = [try clipL.identity, try clipG.identity, try t5.identity, try llama.identity]
    return (encoders + [prompt]).joined(separator: "\n")
  }

  private func encode(_ prompts: [String], _ cancellation: CancellationFlag) throws
    -> [ConditionedPrompt<HiDreamConditioning>]
  {
    try cancellation.check()
    let short = try pooled(clipL, prompts)
    try cancellation.check()
    let large = try pooled(clipG, prompts)
    try cancellation.check()
    let sequences = try t5States(prompts, cancellation)
    try cancellation.check()
    let states = try llamaStates(prompts, cancellation)
    return prompts.indices.map { index in
      ConditionedPrompt(
        conditioning: HiDreamConditioning(
          t5: sequences[index].states, llama: states[index].states,
          pooled: Tensor(
            short[index].states.values + large[index].states.values,
            shape: [short[index].states.count + large[index].states.count])),
        ids: [
          "ids.clip": short[index].ids, "ids.clip_g": large[index].ids, "ids.t5": sequences[index].ids,
          "ids.llama": states[index].ids,
        ],
        notes: [short[index].note, large[index].note, sequences[index].note, states[index].note].compactMap(
          \.self))
    }
  }

  /// What one encoder makes of one prompt.
  private struct Encoded {
    let states: Tensor
    let ids: [Int]
    var note: String?
  }

  private func pooled(_ files: EncoderFiles<CLIPTextConfiguration>, _ prompts: [String]) throws -> [Encoded] {
    let tokenizer = try files.tokenizer(padding: .padding(["<|endoftext|>"]))
    let encoder = try files.open { try CLIPTextEncoder($0, weights: $1) }
    let limit = min(files.configuration.maxPositionEmbeddings, Self.clipLimit) - tokenizer.frame
    return try prompts.map { prompt in
      let content = tokenizer.content(prompt)
      let count = max(1, (content.count + max(1, limit) - 1) / max(1, limit))
      let parts = (0..<count).map { content[$0 * content.count / count..<($0 + 1) * content.count / count] }
      var sum = Tensor(zeros: [files.configuration.projectionDim])
      for part in parts {
        let weight = count == 1 ? 1 : Float(part.count) / Float(content.count)
        sum = add(sum, scale(try encoder(tokenizer.framed(part).ids).projected, by: weight))
      }
      return Encoded(
        states: sum, ids: tokenizer.framed(content, filledTo: Self.length).ids,
        note: count == 1
          ? nil
          : "the prompt is long: \(files.part.name) reads its \(content.count) tokens in \(count) parts and takes the mean"
      )
    }
  }

  private func t5States(_ prompts: [String], _ cancellation: CancellationFlag) throws -> [Encoded] {
    let tokenizer = try t5.tokenizer(padding: .padding(["<pad>"]))
    let encoder = try t5.open { try T5Encoder($0, weights: $1) }
    let limit = Self.length - tokenizer.frame
    return try prompts.map { prompt in
      let content = tokenizer.content(prompt)
      let (ids, mask) = tokenizer.framed(content.prefix(limit), filledTo: Self.length)
      return Encoded(
        states: try encoder(ids, mask: mask, beforeLayer: cancellation.check), ids: ids,
        note: content.count <= limit
          ? nil
          : "the prompt is long: T5 reads \(limit) of its \(content.count) tokens, up to "
            + "\"\(tokenizer.lastWords(of: prompt, within: limit))\"; Llama and CLIP read on")
    }
  }

  private func llamaStates(_ prompts: [String], _ cancellation: CancellationFlag) throws -> [Encoded] {
    let tokenizer = try llama.tokenizer(padding: .endOfText(["<|eot_id|>", "<|end_of_text|>"]))
    let model = try llama.open { try LlamaModel($0, weights: $1) }
    let limit = Self.llamaLimit - tokenizer.frame
    return try prompts.map { prompt in
      let content = tokenizer.content(prompt)
      let (ids, mask) = tokenizer.framed(content.prefix(limit), filledTo: Self.length)
      // The transformer counts layers from the first one's output: the embeddings are none of them.
      let states = try model(ids, mask: mask, beforeLayer: cancellation.check).dropFirst()
      return Encoded(
        states: Tensor.concatenated(Array(states)).reshaped(
          [states.count, ids.count, llama.configuration.hiddenSize]),
        ids: ids,
        note: content.count <= limit
          ? nil
          : "the prompt is too long: Llama reads \(limit) of its \(content.count) tokens, up to "
            + "\"\(tokenizer.lastWords(of: prompt, within: limit))\"")
    }
  }
}
