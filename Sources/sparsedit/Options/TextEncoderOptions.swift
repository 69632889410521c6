import ArgumentParser

struct TextEncoderOptions: ParsableArguments {
  @Option(name: .customLong("clip_l"), help: "HiDream-I1's CLIP-L from another file or folder.")
  var clipL: String?

  @Option(name: .customLong("clip_g"), help: "Its CLIP-G from another file or folder.")
  var clipG: String?

  @Option(name: .customLong("t5xxl"), help: "Its T5-XXL from another file or folder.")
  var t5: String?

  @Option(name: .customLong("llm"), help: "Its Llama-3.1-8B-Instruct from another file or folder.")
  var llama: String?

  @Flag(
    name: .customLong("no-cache"), help: "Keep nothing of what the text encoders made in the cache folder.")
  var noCache = false

  /// By the flags' names, as `EditorConfiguration` takes them.
  var parts: [String: String] {
    ["clip_l": clipL, "clip_g": clipG, "t5xxl": t5, "llm": llama].compactMapValues(\.self)
  }
}
