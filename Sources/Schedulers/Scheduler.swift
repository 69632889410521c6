package import Tensors

/// Moves noisy latents along a noise schedule, one step at a time.
///
/// A scheduler maps numbers to numbers: it knows no network, no mask and no canvas. It is a value; what a
/// multistep method remembers of earlier steps lives inside it, so a copy is a checkpoint of the run.
///
/// It takes the prediction of the clean latents rather than the velocity, because that is where an edit is
/// blended with its source: `x0 = x - sigma v` for a rectified flow `x = (1 - sigma) x0 + sigma noise`.
package protocol Scheduler: Sendable {
  /// The noise levels and the timesteps of this run.
  var schedule: NoiseSchedule { get }

  /// Whether the step from `sigmas[index]` to `sigmas[index + 1]` needs fresh noise.
  func drawsNoise(at index: Int) -> Bool

  /// Takes `latents` from `sigmas[index]` to `sigmas[index + 1]`.
  ///
  /// Steps are taken in order from 0. `prediction` and `noise` have the shape of `latents`; `noise` is
  /// standard normal and is read only where `drawsNoise(at:)` says so.
  mutating func advance(_ latents: inout Tensor, prediction: Tensor, at index: Int, noise: Tensor?) throws
}
