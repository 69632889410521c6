/// What a `scheduler_config.json` in diffusers' form says about sampling.
///
/// Only rectified-flow settings are read. A setting that would change the result and is not implemented is
/// refused on decoding, never ignored.
package struct SchedulerConfiguration: Sendable, Equatable {
  package var method: SamplingMethod
  /// Timesteps that the model was trained with; a noise level of 1 is this timestep.
  package var trainTimesteps = 1000
  /// Static shift of the noise levels: `s u / (1 + (s - 1) u)`. Over 0.
  package var shift: Float = 1
  /// The last noise level before 0, which the schedule is stretched to reach, if any.
  package var shiftTerminal: Float?
  /// Euler only: re-noise the prediction with fresh noise at every step, as the LCM sampler does.
  package var isStochastic = false
  /// UniPC only: 1 to 3.
  package var solverOrder = 2
  /// UniPC only.
  package var solverType = SolverType.bh2
  /// UniPC only: lower the order in the last steps.
  package var lowerOrderFinal = true
  /// UniPC only: steps whose result the next step does not correct.
  package var disabledCorrectors: [Int] = []

  /// The function B(h) of UniPC (arXiv 2302.04867).
  package enum SolverType: String, Sendable, Codable {
    case bh1, bh2
  }

  package init(method: SamplingMethod, shift: Float = 1) {
    self.method = method
    self.shift = shift
  }

  /// A scheduler for one run.
  ///
  /// - Parameters:
  ///   - steps: how many steps are taken, 1 to 10,000.
  ///   - strength: the noise level the run starts from, after shift, over 0 and at most 1. Below 1 the
  ///     schedule is respaced so that all `steps` run from there.
  package func makeScheduler(steps: Int, strength: Float = 1) throws -> any Scheduler {
    switch method {
    case .flowMatchEuler:
      FlowMatchEuler(
        schedule: try .flowMatch(self, steps: steps, strength: strength), isStochastic: isStochastic)
    case .flowMatchLCM:
      FlowMatchLCM(schedule: try .flowMatch(self, steps: steps, strength: strength))
    case .uniPC:
      UniPC(schedule: try .uniPC(self, steps: steps, strength: strength), configuration: self)
    }
  }
}
