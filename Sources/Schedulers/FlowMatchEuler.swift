package import Tensors

/// Euler's method along the straight paths of a rectified flow.
///
/// `x' = x + (sigma' - sigma) v` with `v = (x - x0) / sigma`. Follows `FlowMatchEulerDiscreteScheduler` of
/// diffusers, its stochastic form included.
package struct FlowMatchEuler: Scheduler {
  package let schedule: NoiseSchedule
  let isStochastic: Bool

  package func drawsNoise(at index: Int) -> Bool {
    isStochastic && schedule.sigmas[index + 1] > 0
  }

  package mutating func advance(
    _ latents: inout Tensor, prediction: Tensor, at index: Int, noise: Tensor?
  ) throws {
    try schedule.check(index, latents, prediction)
    if isStochastic {
      try schedule.renoise(&latents, prediction: prediction, at: index, noise: noise)
      return
    }
    let ratio = schedule.sigmas[index + 1] / schedule.sigmas[index]
    latents.scale(by: ratio, adding: prediction, times: 1 - ratio)
  }
}
