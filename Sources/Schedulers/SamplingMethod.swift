/// The sampling methods, under the short names that command lines and requests use.
public enum SamplingMethod: String, Sendable, Codable, CaseIterable {
  /// Euler's method on the flow.
  case flowMatchEuler = "euler"
  /// Euler's method with fresh noise at every step.
  case flowMatchLCM = "lcm"
  /// A predictor and corrector of order 1 to 3 (arXiv 2302.04867).
  case uniPC = "unipc"

  /// As diffusers names its class.
  package var className: String {
    switch self {
    case .flowMatchEuler: "FlowMatchEulerDiscreteScheduler"
    case .flowMatchLCM: "FlowMatchLCMScheduler"
    case .uniPC: "UniPCMultistepScheduler"
    }
  }

  /// The method of a class name: one of diffusers', or the name that HiDream-I1's own repository gives the same class.
  init?(className: String) {
    let name = className == "FlashFlowMatchEulerDiscreteScheduler" ? Self.flowMatchLCM.className : className
    guard let method = Self.allCases.first(where: { $0.className == name }) else { return nil }
    self = method
  }
}
