import ArgumentParser
import SparseditKit

struct SamplingOptions: ParsableArguments {
  @Option(name: .long, help: "Denoising steps. (default: the model's, else 30)")
  var steps: Int?

  @Option(
    name: [.customLong("cfg-scale"), .customLong("guidance-scale")],
    help: "Guidance: how strongly the prompt is followed; 1 turns it off. (default: the model's, else 7)")
  var guidance: Float?

  @Option(
    name: .long,
    help: "How far high guidance is kept from burning colours, 0 to 1. (default: the model's, else 0)")
  var guidanceRescale: Float?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Seed of the noise; negative draws one at random and prints it.")
  var seed: Int64 = 42

  @Option(
    name: [.customLong("sampling-method"), .customLong("sampler")],
    help: "Sampler: euler, unipc or lcm. (default: the model's)")
  var sampler: SamplingMethod?

  @Option(name: .long, help: "Shift of the noise schedule. (default: the model's)")
  var flowShift: Float?

  @Option(
    name: .long,
    help: "Share of attention blocks left out, 0 to 0.95; pays above a few thousand tokens. (default: 0.7)")
  var sparsity: Float?

  @Option(
    name: .long,
    help: """
      Side in pixels of what the model sees at once; larger canvases are windowed. (default: the largest size that the \
      model was trained at, 256 for the bundled one)
      """)
  var window: Int?

  @Option(name: .long, help: "Overlap of the windows in pixels.")
  var overlap: Int?

  @Option(name: .long, help: "A picture file that shows the state of the work while it runs.")
  var preview: String?

  @Option(name: .long, help: "Initial and per-step noise from a safetensors file (latents, noise.0, ...).")
  var noise: String?

  @Option(name: .long, help: "Write the latents of the last step to a safetensors file.")
  var saveLatents: String?

  @Option(name: .long, help: "Directory whose scheduler_config.json replaces the model's.")
  var scheduleFrom: String?

  func validate() throws { try checked { () throws(SparseditError) in try settings.validate() } }
}

extension SamplingOptions {
  /// What the flags say of sampling.
  var settings: SamplingSettings {
    var settings = SamplingSettings()
    settings.steps = steps
    settings.cfgScale = guidance
    settings.guidanceRescale = guidanceRescale
    settings.samplingMethod = sampler
    settings.flowShift = flowShift
    settings.sparsity = sparsity
    settings.window = window
    settings.overlap = overlap
    return settings
  }

  /// Puts what the flags say into a request.
  func fill(_ request: inout some DiffusionRequest) {
    request.seed = seed
    request.sampling = settings
    request.noise = noise.map { InputFile($0) }
    request.scheduleFrom = scheduleFrom.map { InputFile($0) }
  }

  /// Puts what the flags say into an output.
  func fill(_ output: inout OutputRequest) {
    output.preview = preview
    output.latents = saveLatents
  }
}
