import Checkpoints
import Layers
import Tensors

/// The last norm, modulated, and the way back from tokens to patches.
struct FinalLayer: Sendable {
  let modulation: Modulation
  private let linear: Linear

  init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let patch = configuration.patchSize * configuration.patchSize * configuration.outChannels
    modulation = try Modulation(scope[Modulation.name], width: configuration.width, chunks: 2)
    linear = try Linear(scope["linear"], inputs: configuration.width, outputs: patch, bias: true)
  }

  /// Image tokens (tokens, width) of each sequence to patches (tokens, patch * patch * outChannels).
  /// `block` counts the final layer after all blocks.
  func callAsFunction(_ images: [Tensor], step: StepContext, block: Int) -> [Tensor] {
    let chunks = modulation(step, block: block)
    let x = modulated(images, shift: chunks[0], scale: chunks[1])
    return split(linear(joined(x)), images.map { $0.shape[0] })
  }
}
