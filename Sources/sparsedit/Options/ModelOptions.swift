import ArgumentParser
import SparseditKit

struct ModelOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: "Model: a folder in the diffusers layout, a HiDream-I1 transformer's file, or 'bundled'.")
  var model: String = "bundled"

  @Option(name: .long, help: "HiDream-I1's autoencoder from another file or folder.")
  var vae: String?

  @Option(name: .customLong("clip_l"), help: "Its CLIP-L from another file or folder.")
  var clipL: String?

  @Option(name: .customLong("clip_g"), help: "Its CLIP-G from another file or folder.")
  var clipG: String?

  @Option(name: .customLong("t5xxl"), help: "Its T5-XXL from another file or folder.")
  var t5: String?

  @Option(name: .customLong("llm"), help: "Its Llama-3.1-8B-Instruct from another file or folder.")
  var llama: String?

  @OptionGroup var adapters: AdapterOptions

  @Option(
    name: .long, help: "Which HiDream-I1 it is: full, dev or fast. (default: its scheduler or name says)")
  var variant: VariantChoice?

  @Flag(
    name: .customLong("no-cache"), help: "Keep nothing of what the text encoders made in the cache folder.")
  var noCache = false

  @Option(name: .shortAndLong, help: "Threads. (default: all cores)")
  var threads: Int?

  @Option(name: .long, help: "Arithmetic of the matrix products: fp32, bf16 or int8.")
  var compute: ComputeChoice = .fp32

  @Option(name: .long, help: ByteCount.help)
  var maxMemory: ByteCount?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024, found \(threads).")
    }
  }
}

extension ModelOptions {
  /// The editor's configuration that the flags ask for.
  var configuration: EditorConfiguration {
    var configuration = EditorConfiguration(model: model)
    let named = ["vae": vae, "clip_l": clipL, "clip_g": clipG, "t5xxl": t5, "llm": llama]
    configuration.parts = named.compactMapValues(\.self)
    configuration.adapters = adapters.requests.map { .init($0.path, scale: $0.scale) }
    configuration.variant = variant?.choice
    configuration.cachesPrompts = !noCache
    configuration.threads = threads
    configuration.compute = compute.choice
    configuration.maxMemory = maxMemory?.bytes
    return configuration
  }
}

enum VariantChoice: String, ExpressibleByArgument, CaseIterable {
  case full, dev, fast

  var choice: EditorConfiguration.Variant {
    switch self {
    case .full: .full
    case .dev: .dev
    case .fast: .fast
    }
  }
}

enum ComputeChoice: String, ExpressibleByArgument, CaseIterable {
  case fp32, bf16, int8

  var choice: EditorConfiguration.Compute {
    switch self {
    case .fp32: .fp32
    case .bf16: .bf16
    case .int8: .int8
    }
  }
}
