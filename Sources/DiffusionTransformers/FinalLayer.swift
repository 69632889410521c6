import Checkpoints
import Layers
import Tensors

/// The last norm, modulated, and the way back from tokens to patches.
struct FinalLayer: Sendable {
  private let modulation: Modulation
  private let linear: Linear

  init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let patch = configuration.patchSize * configuration.patchSize * configuration.outChannels
    modulation = try Modulation(scope["adaLN_modulation"], width: configuration.width, chunks: 2)
    linear = try Linear(scope["linear"], inputs: configuration.width, outputs: patch, bias: true)
  }

  /// Image tokens (tokens, width) of each sequence to patches (tokens, patch * patch * outChannels).
  func callAsFunction(_ images: [Tensor], activated: Tensor) -> [Tensor] {
    let chunks = modulation(activated)
    let x = modulated(images, shift: chunks[0], scale: chunks[1])
    return split(linear(joined(x)), images.map { $0.shape[0] })
  }
}
