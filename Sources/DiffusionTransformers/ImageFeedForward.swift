import Checkpoints
import Layers
import Tensors

/// The feed-forward of image tokens: a mixture of experts, or a plain one where there are no routed experts.
enum ImageFeedForward: Sendable {
  case mixture(MixtureOfExperts)
  case plain(FeedForward)

  init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let width = configuration.width
    guard configuration.numRoutedExperts > 0 else {
      self = .plain(try FeedForward(scope, width: width, hidden: scope.hiddenSize(of: 4 * width)))
      return
    }
    self = .mixture(
      try MixtureOfExperts(
        scope, width: width, hidden: scope["experts"][0].hiddenSize(of: 4 * width),
        sharedHidden: scope["shared_experts"].hiddenSize(of: 2 * width),
        experts: configuration.numRoutedExperts, active: configuration.numActivatedExperts))
  }

  /// Adds gate * (feed-forward of x) to each sequence; see `Linear.add`.
  func add(_ x: Tensor, gates: [Tensor], to streams: inout [Tensor]) {
    switch self {
    case .mixture(let experts): addSequences(experts(x), gates: gates, to: &streams)
    case .plain(let feedForward): feedForward.add(x, gates: gates, to: &streams)
    }
  }
}

extension WeightScope {
  /// Hidden width of the SwiGLU here. The configuration does not state it: two thirds of `nominal`, rounded up to a
  /// multiple of 256 in every published model, and whatever the weights have in others.
  func hiddenSize(of nominal: Int) -> Int {
    shape(of: "w1.weight")?.first ?? (2 * nominal / 3 + 255) / 256 * 256
  }
}
