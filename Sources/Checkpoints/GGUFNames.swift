import Tensors

/// Turns llama.cpp's names of tensors into those that transformers gives them; other tools keep the originals.
///
/// Source: gguf-py/gguf/tensor_mapping.py and convert_hf_to_gguf.py of llama.cpp.
struct GGUFNames {
  private enum Family { case llama, t5, clip, other }

  private let family: Family
  private let heads: Int?
  private let keyHeads: Int?
  /// Files of CLIP disagree on which layer of the perceptron is called down: here the first one, which widens.
  private let downWidens: Bool

  init(_ metadata: GGUFMetadata, shape: (String) -> [Int]?) {
    let architecture = metadata.architecture ?? ""
    family =
      switch architecture {
      case "llama": .llama
      case "t5", "t5encoder": .t5
      case "clip": .clip
      default: .other
      }
    heads = metadata.integer("\(architecture).attention.head_count")
    keyHeads = metadata.integer("\(architecture).attention.head_count_kv") ?? heads
    let down = shape("t.blk.0.ffn_down.weight") ?? []
    downWidens = down.count == 2 && down[0] > down[1]
  }

  /// The network's name of `name`.
  func networkName(of name: String) -> String {
    // Names that are none of llama.cpp's are left alone, whatever the file says it is.
    switch family {
    case .llama: llama(name) ?? name
    case .t5: t5(name) ?? name
    case .clip: clip(name) ?? name
    case .other: name
    }
  }

  /// llama.cpp keeps the rows of queries and keys in the order of its rotary embedding.
  func rowOrder(of name: String, shape: [Int], path: String) throws -> RowOrder? {
    guard family == .llama, let (_, _, part) = Self.block(name, prefix: "blk."),
      part.hasPrefix("attn_q.") || part.hasPrefix("attn_k.")
    else { return nil }
    let rows = shape.first ?? 0
    guard let count = part.hasPrefix("attn_q.") ? heads : keyHeads, count > 0, rows % count == 0,
      let order = RowOrder(headRows: rows / count, rows: rows)
    else {
      throw CheckpointError.damaged(
        path, "expected llama.attention.head_count to divide the \(rows) rows of \"\(name)\"")
    }
    return order
  }

  /// `prefix`, a block's number, and the rest.
  private static func block(_ name: String, prefix: String) -> (String, Int, Substring)? {
    guard name.hasPrefix(prefix) else { return nil }
    let rest = name.dropFirst(prefix.count)
    guard let dot = rest.firstIndex(of: "."), let number = Int(rest[..<dot]), number >= 0 else { return nil }
    return (prefix, number, rest[rest.index(after: dot)...])
  }

  /// `table`'s name of the part before `.weight` or `.bias`, with that.
  private static func mapped(_ part: Substring, _ table: [String: String]) -> String? {
    guard let dot = part.lastIndex(of: "."), let name = table[String(part[..<dot])] else { return nil }
    return name + part[dot...]
  }

  private func llama(_ name: String) -> String? {
    if let (_, number, part) = Self.block(name, prefix: "blk.") {
      return Self.mapped(part, Self.llamaParts).map { "model.layers.\(number).\($0)" }
    }
    return Self.mapped(
      name[...],
      ["token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"])
  }

  private static let llamaParts = [
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ]

  private func t5(_ name: String) -> String? {
    if let (_, number, part) = Self.block(name, prefix: "enc.blk.") {
      return Self.mapped(part, Self.t5Parts).map { "encoder.block.\(number).layer.\($0)" }
    }
    return Self.mapped(
      name[...], ["token_embd": "shared", "enc.output_norm": "encoder.final_layer_norm"])
  }

  private static let t5Parts = [
    "attn_norm": "0.layer_norm", "attn_q": "0.SelfAttention.q", "attn_k": "0.SelfAttention.k",
    "attn_v": "0.SelfAttention.v", "attn_o": "0.SelfAttention.o",
    "attn_rel_b": "0.SelfAttention.relative_attention_bias", "ffn_norm": "1.layer_norm",
    "ffn_gate": "1.DenseReluDense.wi_0", "ffn_up": "1.DenseReluDense.wi_1",
    "ffn_down": "1.DenseReluDense.wo",
  ]

  private func clip(_ name: String) -> String? {
    if let (_, number, part) = Self.block(name, prefix: "t.blk.") {
      var parts = Self.clipParts
      if downWidens { (parts["ffn_up"], parts["ffn_down"]) = (parts["ffn_down"], parts["ffn_up"]) }
      return Self.mapped(part, parts).map { "text_model.encoder.layers.\(number).\($0)" }
    }
    return Self.mapped(
      name[...],
      [
        "t.token_embd": "text_model.embeddings.token_embedding",
        "t.position_embd": "text_model.embeddings.position_embedding",
        "t.post_ln": "text_model.final_layer_norm",
      ])
  }

  private static let clipParts = [
    "ln1": "layer_norm1", "ln2": "layer_norm2", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_out": "self_attn.out_proj", "ffn_up": "mlp.fc1",
    "ffn_down": "mlp.fc2",
  ]
}
