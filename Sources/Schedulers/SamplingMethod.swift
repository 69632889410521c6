/// The sampling methods, named as diffusers names its classes.
package enum SamplingMethod: String, Sendable, Codable, CaseIterable {
  case flowMatchEuler = "FlowMatchEulerDiscreteScheduler"
  case flowMatchLCM = "FlowMatchLCMScheduler"
  case uniPC = "UniPCMultistepScheduler"

  /// The method of a class name: one of diffusers', or the name that HiDream-I1's own repository gives the same class.
  init?(className: String) {
    self.init(
      rawValue: className == "FlashFlowMatchEulerDiscreteScheduler" ? Self.flowMatchLCM.rawValue : className)
  }

  /// The short name a command line uses.
  package var shortName: String {
    switch self {
    case .flowMatchEuler: "euler"
    case .flowMatchLCM: "lcm"
    case .uniPC: "unipc"
    }
  }

  /// The method of a short name (`euler`, `lcm`, `unipc`), or nil.
  package init?(shortName: String) {
    guard let method = Self.allCases.first(where: { $0.shortName == shortName }) else { return nil }
    self = method
  }
}
