package import Tensors

/// Moves noisy latents along a noise schedule, one step at a time.
///
/// A scheduler maps numbers to numbers: it knows no network, no mask and no canvas. It is a value; what a
/// multistep method remembers of earlier steps lives inside it, and `history` hands it out and takes it back, so
/// that a run can be interrupted.
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

  /// What earlier steps left that later ones need, each of the latents' shape; empty for single-step methods.
  var history: [Tensor] { get }

  /// Makes a scheduler that has taken no step yet go on as if it had taken `steps`.
  ///
  /// - Throws: `SchedulerError` if `history` cannot be what the method left after so many steps.
  mutating func resume(after steps: Int, history: [Tensor]) throws
}

extension Scheduler {
  package var history: [Tensor] { [] }

  package mutating func resume(after steps: Int, history: [Tensor]) throws {
    guard (0...schedule.steps).contains(steps) else {
      throw SchedulerError.noSuchStep(index: steps, count: schedule.steps)
    }
    guard history.isEmpty else { throw SchedulerError.history(expected: 0, found: history.count) }
  }
}
