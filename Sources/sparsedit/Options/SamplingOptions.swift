import ArgumentParser

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
  var sampler: SamplerChoice?

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

  func validate() throws {
    if let steps, !(1...1000).contains(steps) {
      throw ValidationError("--steps must be 1 to 1000, found \(steps).")
    }
    if let guidance, !(guidance.isFinite && (0...100).contains(guidance)) {
      throw ValidationError("--cfg-scale must be 0 to 100, found \(guidance).")
    }
    if let window, !(64...16384).contains(window) {
      throw ValidationError("--window must be 64 to 16384 pixels, found \(window).")
    }
    if let overlap, !(0...8192).contains(overlap) {
      throw ValidationError("--overlap must be 0 to 8192 pixels, found \(overlap).")
    }
    if let guidanceRescale, !(0...1).contains(guidanceRescale) {
      throw ValidationError("--guidance-rescale must be 0 to 1, found \(guidanceRescale).")
    }
    if let sparsity, !(0...0.95).contains(sparsity) {
      throw ValidationError("--sparsity must be 0 to 0.95, found \(sparsity).")
    }
    if let flowShift, !(flowShift.isFinite && flowShift > 0 && flowShift <= 100) {
      throw ValidationError("--flow-shift must be above 0 and at most 100, found \(flowShift).")
    }
  }
}

enum SamplerChoice: String, ExpressibleByArgument, CaseIterable {
  case euler, unipc, lcm
}
