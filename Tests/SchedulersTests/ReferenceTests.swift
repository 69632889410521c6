import Foundation
import Tensors
import Testing

@testable import Schedulers

/// Schedules and trajectories of diffusers 0.42.1, by Tests/Reference/schedulers.py.
struct SchedulerReference: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let configuration: SchedulerConfiguration
    let steps: Int
    let sigmas: [Float]
    let timesteps: [Float]
    let start: [Float]
    let trajectory: [[Float]]
    var testDescription: String { name }
  }
  let noise: [[Float]]
  let cases: [Case]

  static let shared: SchedulerReference = {
    do {
      let url = try #require(Bundle.module.url(forResource: "Fixtures/schedulers", withExtension: "json"))
      return try JSONDecoder().decode(SchedulerReference.self, from: Data(contentsOf: url))
    } catch {
      Issue.record("the fixture cannot be read: \(error)")
      return SchedulerReference(noise: [], cases: [])
    }
  }()
}

/// The velocity that the script uses, in its order of rounding.
func scriptVelocity(_ x: Float, step: Int) -> Float {
  tanhf(x * Float(1.0 - 0.02 * Double(step)) + Float(0.1 * cos(Double(step))))
}

@Suite struct ReferenceTests {
  @Test func theFixtureHoldsEveryMethod() {
    let methods = Set(SchedulerReference.shared.cases.map(\.configuration.method))
    #expect(methods == Set(SamplingMethod.allCases))
  }

  @Test(arguments: SchedulerReference.shared.cases)
  func noiseLevelsAndTimesteps(_ reference: SchedulerReference.Case) throws {
    let schedule = try reference.configuration.makeScheduler(steps: reference.steps).schedule
    try #require(schedule.sigmas.count == reference.sigmas.count)
    try #require(schedule.timesteps.count == reference.timesteps.count)
    // One unit in the last place: numpy multiplies in another order where the schedule is stretched.
    for (ours, theirs) in zip(schedule.sigmas, reference.sigmas) {
      #expect(abs(ours - theirs) <= theirs.ulp)
    }
    for (ours, theirs) in zip(schedule.timesteps, reference.timesteps) {
      #expect(abs(ours - theirs) <= theirs.ulp)
    }
  }

  @Test(arguments: SchedulerReference.shared.cases)
  func trajectory(_ reference: SchedulerReference.Case) throws {
    var scheduler = try reference.configuration.makeScheduler(steps: reference.steps)
    let sigmas = scheduler.schedule.sigmas
    var latents = Tensor(reference.start, shape: [1, 2, 3])
    var drawn = 0
    #expect(reference.trajectory.count >= reference.steps - 1)
    for step in reference.trajectory.indices {
      let x = latents.values
      let prediction = x.map { $0 - sigmas[step] * scriptVelocity($0, step: step) }
      var noise: Tensor?
      if scheduler.drawsNoise(at: step) {
        noise = Tensor(SchedulerReference.shared.noise[drawn], shape: [1, 2, 3])
        drawn += 1
      }
      try scheduler.advance(
        &latents, prediction: Tensor(prediction, shape: [1, 2, 3]), at: step, noise: noise)
      // float32 rounding, grown over up to 30 steps; diffusers also takes its logarithms in float32, which
      // costs it 1e-6 in UniPC's coefficients.
      for (ours, theirs) in zip(latents.values, reference.trajectory[step]) {
        #expect(abs(ours - theirs) < 2e-5, "step \(step)")
      }
    }
  }
}
