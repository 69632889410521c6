package import Tensors

/// The sampler of consistency-distilled flow models: predict, then noise the prediction afresh.
///
/// `x' = (1 - sigma') x0 + sigma' noise`. Follows `FlowMatchLCMScheduler` of diffusers.
package struct FlowMatchLCM: Scheduler {
  package let schedule: NoiseSchedule

  package func drawsNoise(at index: Int) -> Bool {
    schedule.sigmas[index + 1] > 0
  }

  package mutating func advance(
    _ latents: inout Tensor, prediction: Tensor, at index: Int, noise: Tensor?
  ) throws {
    try schedule.check(index, latents, prediction)
    try schedule.renoise(&latents, prediction: prediction, at: index, noise: noise)
  }
}
