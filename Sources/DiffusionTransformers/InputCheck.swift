import Tensors

/// Holds what a caller gives to the shapes that the configuration states.
struct InputCheck {
  private let configuration: HiDreamConfiguration

  init(_ configuration: HiDreamConfiguration) {
    self.configuration = configuration
  }

  func check(_ conditioning: HiDreamConditioning) throws {
    try require(
      "t5", conditioning.t5, "(tokens, \(configuration.captionChannels[0]))",
      conditioning.t5.shape.count == 2 && conditioning.t5.shape[1] == configuration.captionChannels[0])
    let states = (configuration.llamaLayers.max() ?? 0) + 1
    let llama = conditioning.llama.shape
    try require(
      "llama", conditioning.llama, "(at least \(states), tokens, \(configuration.captionChannels[1]))",
      llama.count == 3 && llama[0] >= states && llama[2] == configuration.captionChannels[1])
    try require(
      "pooled", conditioning.pooled, "(\(configuration.textEmbDim))",
      conditioning.pooled.shape == [configuration.textEmbDim])
    try require(
      "text tokens", conditioning.t5, "at least one in all", conditioning.t5.shape[0] + llama[1] > 0)
  }

  func check(_ input: HiDreamInput, _ memory: TokenMemory) throws {
    let shape = input.latents.shape
    let patch = configuration.patchSize
    try require(
      "latents", input.latents,
      "(\(configuration.inChannels), height, width), both sides multiples of \(patch) and at least \(patch)",
      shape.count == 3 && shape[0] == configuration.inChannels
        && shape.dropFirst().allSatisfy { $0 >= patch && $0 % patch == 0 })
    guard input.timestep.isFinite else {
      throw TransformerError(
        .invalidContent, place: "timestep", problem: "expected a finite number, found \(input.timestep)",
        advice: "give a time between 0 and 1000")
    }
    let tokens = shape[1] / patch * (shape[2] / patch)
    let text = input.prompt.text.shape[0]
    guard memory.fits(imageTokens: tokens, rows: input.prompt.captions.map { tokens + text + $0.shape[0] })
    else {
      throw TransformerError(
        .invalidContent, place: "token memory",
        problem:
          "expected a forward of \(tokens) image tokens under this prompt that was recorded, found none",
        advice: "compute all tokens first")
    }
  }

  private func require(_ name: String, _ tensor: Tensor, _ expected: String, _ condition: Bool) throws {
    if condition { return }
    throw TransformerError(
      .invalidContent, place: name, problem: "expected \(expected), found shape \(tensor.shape)",
      advice: "give what this model's text encoders and autoencoder make")
  }
}
