import Tensors
import Testing

@testable import Schedulers

@Suite struct StrengthTests {
  static let configurations: [SchedulerConfiguration] = {
    var all = SamplingMethod.allCases.map { SchedulerConfiguration(method: $0, shift: 3) }
    var stretched = SchedulerConfiguration(method: .flowMatchEuler, shift: 2)
    stretched.shiftTerminal = 0.1
    return all + [stretched]
  }()

  @Test(arguments: configurations, [Float(0.2), 0.35, 0.5, 0.9])
  func startsThereAndTakesEveryStep(_ configuration: SchedulerConfiguration, _ strength: Float) throws {
    let schedule = try configuration.makeScheduler(steps: 12, strength: strength).schedule
    #expect(schedule.sigmas.count == 13)
    #expect(schedule.sigmas[0] == strength)
    #expect(schedule.sigmas[12] == 0)
    #expect(zip(schedule.sigmas, schedule.sigmas.dropFirst()).allSatisfy { $0 > $1 })
  }

  /// With shift s the schedule is evenly spaced before the shift, wherever it starts: the inverse of the shift
  /// brings it back to a straight line.
  @Test func isEvenlySpacedBeforeTheShift() throws {
    let schedule = try SchedulerConfiguration(method: .flowMatchEuler, shift: 3)
      .makeScheduler(steps: 10, strength: 0.4).schedule
    let levels = schedule.sigmas.dropLast().map { Double($0) / (3 - 2 * Double($0)) }
    let gaps = zip(levels, levels.dropFirst()).map { $0 - $1 }
    // float32 levels of about 0.2 carry 1.5e-8 each.
    for gap in gaps { #expect(abs(gap - gaps[0]) < 1e-7) }
    // 0.4 before a shift of 3 is 0.4 / 2.2.
    #expect(abs(levels[0] - 0.4 / 2.2) < 1e-7)
  }

  @Test(arguments: configurations)
  func fullStrengthIsTheWholeSchedule(_ configuration: SchedulerConfiguration) throws {
    let whole = try configuration.makeScheduler(steps: 9).schedule
    #expect(try configuration.makeScheduler(steps: 9, strength: 1).schedule == whole)
    // UniPC stays 1e-6 below 1, to the nearest float32.
    #expect(1 - whole.sigmas[0] < 1.1e-6)
  }

  /// A flow whose every prediction is the same point arrives there from any level, by any method.
  @Test(arguments: configurations)
  func aConstantPredictionIsReached(_ configuration: SchedulerConfiguration) throws {
    var scheduler = try configuration.makeScheduler(steps: 5, strength: 0.7)
    let target = Tensor([0.5, -2, 3], shape: [1, 1, 3])
    let noise = Tensor([1, -1, 0.25], shape: [1, 1, 3])
    var latents = noise
    latents.scale(by: 0.7, adding: target, times: 0.3)
    for step in 0..<5 {
      try scheduler.advance(&latents, prediction: target, at: step, noise: noise)
      // On the way it lies on the straight line, to rounding.
      let sigma = scheduler.schedule.sigmas[step + 1]
      for index in 0..<3 {
        let expected = (1 - sigma) * target.values[index] + sigma * noise.values[index]
        #expect(abs(latents.values[index] - expected) < 2e-6)
      }
    }
    #expect(latents.values == target.values)
  }
}
