#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The config.json of a text encoder, put together from the values of its GGUF file.
///
/// Source of the keys: gguf-py/gguf/constants.py of llama.cpp.
struct GGUFConfiguration {
  private let values: GGUFMetadata
  private let checkpoint: Checkpoint
  private let architecture: String

  /// Nil for a checkpoint that is no GGUF file of a known text encoder.
  init?(_ checkpoint: Checkpoint) {
    guard let values = checkpoint.gguf, let architecture = values.architecture,
      ["llama", "t5", "t5encoder"].contains(architecture)
    else { return nil }
    self.values = values
    self.checkpoint = checkpoint
    self.architecture = architecture
  }

  /// The text of the configuration. What the file does not state is left out, for the decoder to ask for.
  var json: String {
    get throws {
      let members = try architecture == "llama" ? llama() : t5()
      return "{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }
  }

  private func integer(_ key: String) -> String? { values.integer("\(architecture).\(key)").map(String.init) }
  private func number(_ key: String) -> Double? { values.number("\(architecture).\(key)") }

  private func members(_ pairs: [(String, String?)]) -> [(String, String)] {
    pairs.compactMap { key, value in value.map { (key, $0) } }
  }

  /// JSON has no infinities; a decoder that asks for the value says so.
  private func text(_ number: Double?) -> String? { number.flatMap { $0.isFinite ? "\($0)" : nil } }

  private func vocabulary(_ table: String) -> String? {
    checkpoint.shape(of: "\(table).weight")?.first.map(String.init) ?? integer("vocab_size")
  }

  private func llama() throws -> [(String, String)] {
    let theta = number("rope.freq_base") ?? 10_000
    return members([
      ("architectures", "[\"LlamaForCausalLM\"]"), ("vocab_size", vocabulary("model.embed_tokens")),
      ("hidden_size", integer("embedding_length")), ("intermediate_size", integer("feed_forward_length")),
      ("num_hidden_layers", integer("block_count")), ("num_attention_heads", integer("attention.head_count")),
      ("num_key_value_heads", integer("attention.head_count_kv")),
      ("head_dim", integer("attention.key_length") ?? integer("rope.dimension_count")),
      ("attention_bias", "\(checkpoint.contains("model.layers.0.self_attn.q_proj.bias"))"),
      ("mlp_bias", "\(checkpoint.contains("model.layers.0.mlp.gate_proj.bias"))"),
      ("rms_norm_eps", text(number("attention.layer_norm_rms_epsilon"))), ("rope_theta", text(theta)),
      ("rope_scaling", try scaling(theta: theta)),
    ])
  }

  /// Llama 3's stretching of positions, which the file keeps as a divisor for each frequency.
  private func scaling(theta: Double) throws -> String? {
    guard let divisors = try checkpoint.stored("rope_freqs.weight")?.widened().values, !divisors.isEmpty
    else {
      guard values.string("\(architecture).rope.scaling.type") == "linear",
        let factor = text(number("rope.scaling.factor"))
      else { return nil }
      return "{\"rope_type\":\"linear\",\"factor\":\(factor)}"
    }
    let factor = Double(divisors.max() ?? 1)
    let context = values.integer("\(architecture).rope.scaling.original_context_length") ?? 8192
    let (low, high) = (1.0, 4.0)
    for (pair, found) in divisors.enumerated() {
      let turns = Double(context) * pow(theta, -Double(pair) / Double(divisors.count)) / (2 * .pi)
      let smooth = min(1, max(0, (turns - low) / (high - low)))
      let expected = 1 / ((1 - smooth) / factor + smooth)
      guard abs(Double(found) - expected) <= 1e-4 * expected else {
        throw CheckpointError(
          .unsupported, path: checkpoint.path,
          problem:
            "expected Llama 3's divisors in \"rope_freqs.weight\" (\(expected) at \(pair)), found \(found)",
          advice: "use a Llama 3.1 model")
      }
    }
    return "{\"rope_type\":\"llama3\",\"factor\":\(factor),\"low_freq_factor\":\(low),"
      + "\"high_freq_factor\":\(high),\"original_max_position_embeddings\":\(context)}"
  }

  private func t5() -> [(String, String)] {
    members([
      ("architectures", "[\"T5EncoderModel\"]"), ("vocab_size", vocabulary("shared")),
      ("d_model", integer("embedding_length")), ("d_ff", integer("feed_forward_length")),
      ("d_kv", integer("attention.key_length")), ("num_layers", integer("block_count")),
      ("num_heads", integer("attention.head_count")),
      ("relative_attention_num_buckets", integer("attention.relative_buckets_count")),
      (
        "layer_norm_epsilon",
        text(number("attention.layer_norm_rms_epsilon") ?? number("attention.layer_norm_epsilon"))
      ), ("feed_forward_proj", "\"gated-gelu\""),
    ])
  }
}
