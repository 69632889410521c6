import Foundation
import Tensors
import Testing

@testable import Schedulers

@Suite struct ConfigurationTests {
  /// HiDream-I1's own repository calls the sampler of Dev and Fast so.
  @Test func knowsTheOlderNameOfTheLCMScheduler() throws {
    let text = #"{"_class_name": "FlashFlowMatchEulerDiscreteScheduler", "shift": 6.0}"#
    let found = try JSONDecoder().decode(SchedulerConfiguration.self, from: Data(text.utf8))
    #expect(found == SchedulerConfiguration(method: .flowMatchLCM, shift: 6))
  }

  func decode(_ json: String) throws -> SchedulerConfiguration {
    try JSONDecoder().decode(SchedulerConfiguration.self, from: Data(json.utf8))
  }

  @Test func readsTheFieldsOfEachMethod() throws {
    let euler = try decode(
      #"{"_class_name":"FlowMatchEulerDiscreteScheduler","_diffusers_version":"0.42.1","shift":3.0,"#
        + #""use_dynamic_shifting":false,"base_shift":0.5,"invert_sigmas":false,"shift_terminal":null}"#)
    #expect(euler == SchedulerConfiguration(method: .flowMatchEuler, shift: 3))
    let unipc = try decode(
      #"{"_class_name":"UniPCMultistepScheduler","use_flow_sigmas":true,"flow_shift":3,"shift":9,"#
        + #""prediction_type":"flow_prediction","solver_order":3,"solver_type":"bh1","disable_corrector":[1],"#
        + #""lower_order_final":false,"solver_p":null,"beta_start":0.0001}"#)
    #expect(unipc.shift == 3)
    #expect(unipc.solverOrder == 3)
    #expect(unipc.solverType == .bh1)
    #expect(unipc.disabledCorrectors == [1])
    #expect(!unipc.lowerOrderFinal)
  }

  @Test(arguments: SamplingMethod.allCases)
  func survivesARoundTrip(_ method: SamplingMethod) throws {
    var configuration = SchedulerConfiguration(method: method, shift: 2.5)
    configuration.shiftTerminal = 0.25
    configuration.trainTimesteps = 400
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(SchedulerConfiguration.self, from: data) == configuration)
  }

  static let refused: [(json: String, setting: String)] = [
    (#"{"_class_name":"DDIMScheduler"}"#, "_class_name"),
    (
      #"{"_class_name":"FlowMatchEulerDiscreteScheduler","use_dynamic_shifting":true}"#,
      "use_dynamic_shifting"
    ),
    (#"{"_class_name":"FlowMatchEulerDiscreteScheduler","use_karras_sigmas":true}"#, "use_karras_sigmas"),
    (#"{"_class_name":"FlowMatchEulerDiscreteScheduler","invert_sigmas":true}"#, "invert_sigmas"),
    (#"{"_class_name":"FlowMatchLCMScheduler","scale_factors":[0.5]}"#, "scale_factors"),
    (#"{"_class_name":"UniPCMultistepScheduler"}"#, "use_flow_sigmas"),
    (#"{"_class_name":"UniPCMultistepScheduler","use_flow_sigmas":true}"#, "prediction_type"),
    (
      #"{"_class_name":"UniPCMultistepScheduler","use_flow_sigmas":true,"prediction_type":"flow_prediction","#
        + #""final_sigmas_type":"sigma_min"}"#,
      "final_sigmas_type"
    ),
  ]

  @Test(arguments: refused)
  func refusesWhatItWouldHaveToIgnore(_ json: String, _ setting: String) {
    #expect {
      try decode(json)
    } throws: { error in
      guard case SchedulerError.unsupported(let name, _, _) = error else { return false }
      return name == setting && "\(error)".contains(setting)
    }
  }

  @Test(arguments: [
    #""shift":0"#, #""shift":-1"#, #""num_train_timesteps":0"#, #""num_train_timesteps":9000000000000000000"#,
    #""shift_terminal":1.5"#,
  ])
  func refusesNumbersOutOfRange(_ field: String) {
    #expect(throws: SchedulerError.self) {
      try decode(#"{"_class_name":"FlowMatchEulerDiscreteScheduler",\#(field)}"#)
    }
  }

  @Test(arguments: [(0, Float(1)), (-3, 1), (10_001, 1), (4, 0), (4, 1.5), (4, -1), (4, .nan)])
  func refusesImpossibleRuns(_ steps: Int, _ strength: Float) {
    for method in SamplingMethod.allCases {
      #expect(throws: SchedulerError.self) {
        try SchedulerConfiguration(method: method, shift: 3).makeScheduler(steps: steps, strength: strength)
      }
    }
  }

  @Test func refusesStepsItDoesNotHave() throws {
    var scheduler = try SchedulerConfiguration(method: .flowMatchLCM).makeScheduler(steps: 2)
    var latents = Tensor(zeros: [1, 2, 2])
    let other = Tensor(zeros: [1, 2, 3])
    #expect(throws: SchedulerError.noSuchStep(index: 2, count: 2)) {
      try scheduler.advance(&latents, prediction: Tensor(zeros: [1, 2, 2]), at: 2, noise: nil)
    }
    #expect(throws: SchedulerError.missingNoise(index: 0)) {
      try scheduler.advance(&latents, prediction: Tensor(zeros: [1, 2, 2]), at: 0, noise: nil)
    }
    #expect(throws: SchedulerError.shape(name: "the prediction", expected: [1, 2, 2], found: [1, 2, 3])) {
      try scheduler.advance(&latents, prediction: other, at: 0, noise: nil)
    }
    #expect(SamplingMethod(rawValue: "unipc") == .uniPC)
    #expect(SamplingMethod(rawValue: "heun") == nil)
  }
}
