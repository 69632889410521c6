extension SchedulerConfiguration: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case method = "_class_name"
    case trainTimesteps = "num_train_timesteps"
    case shift
    case flowShift = "flow_shift"
    case shiftTerminal = "shift_terminal"
    case isStochastic = "stochastic_sampling"
    case solverOrder = "solver_order"
    case solverType = "solver_type"
    case lowerOrderFinal = "lower_order_final"
    case disabledCorrectors = "disable_corrector"
    case finalSigmas = "final_sigmas_type"
    case useFlowSigmas = "use_flow_sigmas"
    case predictionType = "prediction_type"
    case predictX0 = "predict_x0"
    case thresholding
    case useDynamicShifting = "use_dynamic_shifting"
    case useKarrasSigmas = "use_karras_sigmas"
    case useExponentialSigmas = "use_exponential_sigmas"
    case useBetaSigmas = "use_beta_sigmas"
    case invertSigmas = "invert_sigmas"
    case scaleFactors = "scale_factors"
    case solverP = "solver_p"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.decode(String.self, forKey: .method)
    guard let method = SamplingMethod(className: name) else {
      let known = SamplingMethod.allCases.map(\.className).joined(separator: ", ")
      throw SchedulerError.unsupported(setting: "_class_name", found: name, supported: known)
    }
    self.init(method: method)
    try Self.refuseSwitches(in: values)
    trainTimesteps = try values.decodeIfPresent(Int.self, forKey: .trainTimesteps) ?? trainTimesteps
    let shiftKey: CodingKeys = method == .uniPC ? .flowShift : .shift
    shift = try values.decodeIfPresent(Float.self, forKey: shiftKey) ?? shift
    shiftTerminal = try values.decodeIfPresent(Float.self, forKey: .shiftTerminal)
    if shiftTerminal == 0 { shiftTerminal = nil }  // diffusers tests it as a truth value
    switch method {
    case .flowMatchEuler:
      isStochastic = try values.decodeIfPresent(Bool.self, forKey: .isStochastic) ?? false
    case .flowMatchLCM:
      break
    case .uniPC:
      try readUniPC(from: values)
    }
    try validate()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(method.className, forKey: .method)
    try values.encode(trainTimesteps, forKey: .trainTimesteps)
    try values.encode(shift, forKey: method == .uniPC ? .flowShift : .shift)
    try values.encodeIfPresent(shiftTerminal, forKey: .shiftTerminal)
    switch method {
    case .flowMatchEuler:
      try values.encode(isStochastic, forKey: .isStochastic)
    case .flowMatchLCM:
      break
    case .uniPC:
      try values.encode(true, forKey: .useFlowSigmas)
      try values.encode("flow_prediction", forKey: .predictionType)
      try values.encode(solverOrder, forKey: .solverOrder)
      try values.encode(solverType, forKey: .solverType)
      try values.encode(lowerOrderFinal, forKey: .lowerOrderFinal)
      try values.encode(disabledCorrectors, forKey: .disabledCorrectors)
    }
  }

  /// Refuses every switch that would change the noise levels in a way that is not implemented.
  private static func refuseSwitches(in values: KeyedDecodingContainer<CodingKeys>) throws {
    if try values.decodeIfPresent(Bool.self, forKey: .useDynamicShifting) ?? false {
      throw SchedulerError.unsupported(
        setting: "use_dynamic_shifting", found: "true",
        supported:
          "false, with a fixed \"shift\" (a shift that follows the picture's size is not implemented)")
    }
    for key in [
      CodingKeys.useKarrasSigmas, .useExponentialSigmas, .useBetaSigmas, .invertSigmas, .thresholding,
    ]
    where try values.decodeIfPresent(Bool.self, forKey: key) ?? false {
      throw SchedulerError.unsupported(setting: key.rawValue, found: "true", supported: "false")
    }
    for key in [CodingKeys.scaleFactors, .solverP]
    where try values.contains(key) && !values.decodeNil(forKey: key) {
      throw SchedulerError.unsupported(setting: key.rawValue, found: "a value", supported: "null")
    }
  }

  private mutating func readUniPC(from values: KeyedDecodingContainer<CodingKeys>) throws {
    guard try values.decodeIfPresent(Bool.self, forKey: .useFlowSigmas) ?? false else {
      throw SchedulerError.unsupported(setting: "use_flow_sigmas", found: "false", supported: "true")
    }
    let prediction = try values.decodeIfPresent(String.self, forKey: .predictionType) ?? "epsilon"
    guard prediction == "flow_prediction" else {
      throw SchedulerError.unsupported(
        setting: "prediction_type", found: prediction, supported: "flow_prediction")
    }
    guard try values.decodeIfPresent(Bool.self, forKey: .predictX0) ?? true else {
      throw SchedulerError.unsupported(setting: "predict_x0", found: "false", supported: "true")
    }
    if let name = try values.decodeIfPresent(String.self, forKey: .solverType) {
      guard let type = SolverType(rawValue: name) else {
        throw SchedulerError.unsupported(setting: "solver_type", found: name, supported: "bh1, bh2")
      }
      solverType = type
    }
    let final = try values.decodeIfPresent(String.self, forKey: .finalSigmas) ?? "zero"
    // With flow noise levels "sigma_min" repeats the last level, and the step between them divides by zero.
    guard final == "zero" else {
      throw SchedulerError.unsupported(setting: "final_sigmas_type", found: final, supported: "zero")
    }
    solverOrder = try values.decodeIfPresent(Int.self, forKey: .solverOrder) ?? solverOrder
    lowerOrderFinal = try values.decodeIfPresent(Bool.self, forKey: .lowerOrderFinal) ?? lowerOrderFinal
    disabledCorrectors = try values.decodeIfPresent([Int].self, forKey: .disabledCorrectors) ?? []
  }
}
