import ArgumentParser
import SparseditKit

/// A model, its parts from elsewhere, and how it is run.
struct ModelOptions: ParsableArguments {
  @OptionGroup var name: ModelNameOptions
  @OptionGroup var autoencoder: AutoencoderOptions
  @OptionGroup var encoders: TextEncoderOptions
  @OptionGroup var adapters: AdapterOptions

  @Option(
    name: .long, help: "Which HiDream-I1 it is: full, dev or fast. (default: its scheduler or name says)")
  var variant: VariantChoice?

  @OptionGroup var threads: ThreadOptions

  @Option(
    name: .long,
    help: """
      Arithmetic of the matrix products: fp32, bf16, int8, or auto, the fastest that was measured harmless for the model \
      (`model precision`); fp32 with --noise and --save-latents.
      """)
  var compute: ComputeChoice = .auto

  @Option(name: .long, help: ByteCount.help)
  var maxMemory: ByteCount?
}

extension ModelOptions {
  /// These, in fp32 unless --compute says otherwise, where the numbers are to be compared with a reference's.
  func comparing(_ sampling: SamplingOptions) -> ModelOptions {
    var options = self
    if compute == .auto, sampling.noise != nil || sampling.saveLatents != nil { options.compute = .fp32 }
    return options
  }

  /// The editor's configuration that the flags ask for.
  var configuration: EditorConfiguration {
    var configuration = EditorConfiguration(model: name.model)
    configuration.parts = autoencoder.parts.merging(encoders.parts) { $1 }
    configuration.adapters = adapters.requests.map { .init($0.path, scale: $0.scale) }
    configuration.variant = variant?.choice
    configuration.cachesPrompts = !encoders.noCache
    configuration.threads = threads.threads
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
  case auto, fp32, bf16, int8

  var choice: EditorConfiguration.Compute {
    switch self {
    case .auto: .auto
    case .fp32: .fp32
    case .bf16: .bf16
    case .int8: .int8
    }
  }
}
