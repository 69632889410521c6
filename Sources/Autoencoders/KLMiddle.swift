import Checkpoints
import Tensors

/// The blocks at the lowest resolution: residual, attention of one head over all places, residual.
struct KLMiddle: Sendable {
  private let before: KLResidual
  private let attention: KLAttention?
  private let after: KLResidual

  /// - Parameter part: the encoder or the decoder.
  init(_ part: WeightScope, channels: Int, _ configuration: AutoencoderKLConfiguration, _ names: KLNames)
    throws
  {
    let groups = configuration.normNumGroups
    func residual(_ index: Int) throws -> KLResidual {
      try KLResidual(
        names.middleResidual(part, index), inChannels: channels, outChannels: channels, groups: groups, names)
    }
    before = try residual(0)
    attention =
      configuration.midBlockAddAttention
      ? try KLAttention(names.attentionParts(names.middleAttention(part)), channels: channels, groups: groups)
      : nil
    after = try residual(1)
  }

  func callAsFunction(_ x: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics) -> Tensor {
    var x = before(x, padding, &statistics)
    if let attention { x = attention(x, &statistics) }
    return after(x, padding, &statistics)
  }
}
