import Tensors

/// What the group norms and the attention of one half of an `AutoencoderKL` take from a whole picture: with these
/// frozen, every other layer sees its surroundings only, so a part comes out as the whole would.
package struct KLStatistics: Sendable {
  private enum Use: Sendable { case own, record, frozen }

  private var use: Use
  /// In the order of the network.
  private var norms: [GroupStatistics] = []
  private var attentions: [(keys: Tensor, values: Tensor)] = []
  private var nextNorm = 0
  private var nextAttention = 0

  private init(_ use: Use) {
    self.use = use
  }

  /// Every layer goes by what it is given.
  static let own = KLStatistics(.own)
  /// The same, and remembers it.
  static let recording = KLStatistics(.record)

  /// What was remembered, for another run of the same network.
  func frozen() -> KLStatistics {
    var result = self
    result.use = .frozen
    (result.nextNorm, result.nextAttention) = (0, 0)
    return result
  }

  mutating func norm(_ own: () -> GroupStatistics) -> GroupStatistics {
    if use == .frozen {
      defer { nextNorm += 1 }
      return norms[nextNorm]
    }
    let statistics = own()
    if use == .record { norms.append(statistics) }
    return statistics
  }

  /// Keys and values, (places, channels) each.
  mutating func attention(_ own: () -> (keys: Tensor, values: Tensor)) -> (keys: Tensor, values: Tensor) {
    if use == .frozen {
      defer { nextAttention += 1 }
      return attentions[nextAttention]
    }
    let found = own()
    if use == .record { attentions.append(found) }
    return found
  }
}
