import Tensors

@testable import LatentEditing

/// Believes that every cell's clean value is what a formula says of its channel and the prompt.
///
/// Its velocity is exact, `(x - x0) / sigma`, so any sampler must arrive at x0. The prompt is a number added to
/// the target, which makes guidance visible: `u + s (c - u)`.
struct TargetDenoiser: Denoiser {
  var latentChannels = 4
  var patch = 2
  /// The clean value at a channel and a place *inside the window*.
  var target: @Sendable (_ channel: Int, _ x: Int, _ y: Int) -> Float = { channel, _, _ in
    Float(channel) - 1.5
  }
  /// Called before each forward.
  var onForward: (@Sendable ([DenoiserInput<Float>], DenoiserStep) throws -> Void)?

  mutating func velocities(of batch: [DenoiserInput<Float>], at step: DenoiserStep) throws -> DenoiserOutput {
    try step.cancellation.check()
    try onForward?(batch, step)
    let velocities = batch.map { input in
      let shape = input.latents.shape
      let x = input.latents.values
      let values = x.indices.map { index in
        let cell = index % (shape[1] * shape[2])
        let clean =
          target(index / (shape[1] * shape[2]), cell % shape[2], cell / shape[2]) + input.conditioning
        return (x[index] - clean) / step.sigma
      }
      return Tensor(values, shape: shape)
    }
    return DenoiserOutput(velocities: velocities, cost: DenoiserCost(forwards: batch.count))
  }
}

/// Looks at the neighbours of each cell, wrapping where the window does: the clean value is a fixed non-linear
/// mix of the cell and its right and lower neighbours. The same function of the surroundings everywhere.
struct NeighbourDenoiser: Denoiser {
  var latentChannels = 4
  var patch = 2

  mutating func velocities(of batch: [DenoiserInput<Float>], at step: DenoiserStep) throws -> DenoiserOutput {
    let velocities = batch.map { input in
      let (channels, height, width) = (
        input.latents.shape[0], input.latents.shape[1], input.latents.shape[2]
      )
      let x = input.latents.values
      var v = x
      for channel in 0..<channels {
        for row in 0..<height {
          for column in 0..<width {
            func value(_ y: Int, _ x0: Int) -> Float {
              let inY = input.wrap.closesY ? y % height : min(y, height - 1)
              let inX = input.wrap.closesX ? x0 % width : min(x0, width - 1)
              return x[(channel * height + inY) * width + inX]
            }
            let mix = value(row, column) - 0.5 * value(row, column + 1) * value(row + 1, column)
            v[(channel * height + row) * width + column] = mix / (1 + mix * mix)
          }
        }
      }
      return Tensor(v, shape: input.latents.shape)
    }
    return DenoiserOutput(velocities: velocities, cost: DenoiserCost(forwards: batch.count))
  }
}

/// Counts calls across copies of a denoiser.
final class Recorder: @unchecked Sendable {
  var batches: [[DenoiserInput<Float>]] = []
  var steps: [DenoiserStep] = []
}

extension LatentEditor {
  /// Runs to the end and answers the latents.
  mutating func run() throws -> Tensor {
    while try next() != nil {}
    return latents
  }
}
