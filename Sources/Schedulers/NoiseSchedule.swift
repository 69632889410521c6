/// The noise levels of a run and the timesteps its model is told.
package struct NoiseSchedule: Sendable, Equatable {
  /// One more than there are steps, falling; the last is 0.
  package let sigmas: [Float]
  /// What the model takes as time at each step, 0 to the number of training timesteps.
  package let timesteps: [Float]

  package var steps: Int { timesteps.count }

  package init(sigmas: [Float], timesteps: [Float]) {
    self.sigmas = sigmas
    self.timesteps = timesteps
  }
}

extension NoiseSchedule {
  /// The schedule of `FlowMatchEulerDiscreteScheduler` and `FlowMatchLCMScheduler` (diffusers 0.42).
  ///
  /// Levels are evenly spaced from 1 to the smallest *shifted* training level, and then shifted; so the lower
  /// end is shifted twice.
  static func flowMatch(_ settings: SchedulerConfiguration, steps: Int, strength: Float) throws -> Self {
    try settings.validate(steps: steps, strength: strength)
    let smallest = 1 / Float(settings.trainTimesteps)
    let low = settings.shift * smallest / (1 + (settings.shift - 1) * smallest)
    let warp = Warp(settings, low: Double(low))
    let high = min(1, warp.inverse(Double(strength)))
    var sigmas = evenlySpaced(from: high, to: min(Double(low), high), count: steps).map {
      Float(warp($0))
    }
    if strength < 1 { sigmas[0] = strength }
    let timesteps = sigmas.map { $0 * Float(settings.trainTimesteps) }
    return NoiseSchedule(sigmas: sigmas + [0], timesteps: timesteps)
  }

  /// The schedule of `UniPCMultistepScheduler` with flow sigmas (diffusers 0.42).
  ///
  /// The first level stays 1e-6 below 1, where the logarithm of the signal is still finite, and the timesteps
  /// are truncated to integers.
  static func uniPC(_ settings: SchedulerConfiguration, steps: Int, strength: Float) throws -> Self {
    try settings.validate(steps: steps, strength: strength)
    let low = 1 / Double(settings.trainTimesteps)
    let unstretched = Warp(settings, low: nil)
    let full = evenlySpaced(from: 1, to: low, count: steps + 1).dropLast()
    let warp = Warp(settings, low: full.last)
    let high = min(1, (settings.shiftTerminal == nil ? unstretched : warp).inverse(Double(strength)))
    let spaced = evenlySpaced(from: high, to: min(low, high), count: steps + 1).dropLast()
    var levels = spaced.map { warp($0) }
    if strength < 1 { levels[0] = Double(strength) }
    if abs(levels[0] - 1) < 1e-6 { levels[0] -= 1e-6 }
    let timesteps = levels.map { Float(($0 * Double(settings.trainTimesteps)).rounded(.towardZero)) }
    let sigmas = levels.map { Float($0) }
    return NoiseSchedule(sigmas: sigmas + [0], timesteps: timesteps)
  }

  /// As numpy's `linspace`: the last value is exact.
  private static func evenlySpaced(from start: Double, to end: Double, count: Int) -> [Double] {
    guard count > 1 else { return [start] }
    let step = (end - start) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? end : start + Double($0) * step }
  }
}

/// The shift of noise levels, followed by the stretch to a terminal level if there is one.
private struct Warp {
  let shift: Double
  /// `1 - t` is divided by this: what brings the last level to the terminal one.
  let stretch: Double

  /// - Parameter low: the last unshifted level of the schedule, which the stretch is measured at.
  init(_ settings: SchedulerConfiguration, low: Double?) {
    let shift = Double(settings.shift)
    self.shift = shift
    if let terminal = settings.shiftTerminal, let low {
      stretch = (1 - shift * low / (1 + (shift - 1) * low)) / (1 - Double(terminal))
    } else {
      stretch = 1
    }
  }

  func callAsFunction(_ level: Double) -> Double {
    let shifted = shift * level / (1 + (shift - 1) * level)
    return stretch == 1 ? shifted : 1 - (1 - shifted) / stretch
  }

  /// The unshifted level whose warped value is `sigma`.
  func inverse(_ sigma: Double) -> Double {
    let shifted = stretch == 1 ? sigma : 1 - (1 - sigma) * stretch
    return shifted / (shift - (shift - 1) * shifted)
  }
}
