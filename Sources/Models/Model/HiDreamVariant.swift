import Schedulers

/// The three HiDream-I1 models, which differ in what they were trained to run with.
package enum HiDreamVariant: String, CaseIterable, Sendable {
  /// Undistilled: many steps, guidance and a negative prompt.
  case full
  /// Distilled for 28 steps without guidance.
  case dev
  /// Distilled for 16 steps without guidance.
  case fast

  var title: String { "HiDream-I1 \(rawValue.capitalized)" }
  var isDistilled: Bool { self != .full }

  var steps: Int {
    switch self {
    case .full: 50
    case .dev: 28
    case .fast: 16
    }
  }

  var guidance: Float { self == .full ? 5 : 1 }

  /// The scheduler that the model is published with.
  var scheduler: SchedulerConfiguration {
    switch self {
    case .full: SchedulerConfiguration(method: .uniPC, shift: 3)
    case .dev: SchedulerConfiguration(method: .flowMatchLCM, shift: 6)
    case .fast: SchedulerConfiguration(method: .flowMatchLCM, shift: 3)
    }
  }

  /// The variant that a scheduler is published with, or nil where it could be another.
  init?(scheduler: SchedulerConfiguration) {
    switch (scheduler.method, scheduler.shift) {
    case (.uniPC, _): self = .full
    case (.flowMatchLCM, 6): self = .dev
    case (.flowMatchLCM, 3): self = .fast
    default: return nil
    }
  }

  /// The variant that a file's or a folder's name says, such as `hidream_i1_dev_fp8.safetensors`.
  init?(path: String) {
    // The folder above counts too: `HiDream-I1-Fast/transformer`.
    for component in path.split(separator: "/").suffix(2).reversed() {
      let words = component.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      if let word = words.last(where: { Self(rawValue: $0) != nil }), let variant = Self(rawValue: word) {
        self = variant
        return
      }
    }
    return nil
  }
}
