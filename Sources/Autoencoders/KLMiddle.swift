import Checkpoints
import Layers
import Tensors

/// The blocks at the lowest resolution: residual, attention of one head over all places, residual.
struct KLMiddle: Sendable {
  private let before: KLResidual
  private let attention: KLAttention?
  private let after: KLResidual

  init(_ scope: WeightScope, channels: Int, _ configuration: AutoencoderKLConfiguration) throws {
    let groups = configuration.normNumGroups
    before = try KLResidual(
      scope["resnets"][0], inChannels: channels, outChannels: channels, groups: groups)
    attention =
      configuration.midBlockAddAttention
      ? try KLAttention(scope["attentions"][0], channels: channels, groups: groups) : nil
    after = try KLResidual(
      scope["resnets"][1], inChannels: channels, outChannels: channels, groups: groups)
  }

  func callAsFunction(_ x: Tensor, _ padding: PicturePadding) -> Tensor {
    let x = before(x, padding)
    return after(attention?(x) ?? x, padding)
  }
}

/// x + out(attention(norm(x))) with every place of the picture as a token.
struct KLAttention: Sendable {
  private let norm: GroupNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let out: Linear

  init(_ scope: WeightScope, channels: Int, groups: Int) throws {
    // Files older than 2023 have other names for the same.
    let isOld = scope.contains("query.weight")
    func projection(_ name: WeightScope) throws -> Linear {
      try Linear(name, inputs: channels, outputs: channels, bias: true)
    }
    norm = try GroupNorm(scope["group_norm"], channels: channels, groups: groups)
    query = try projection(scope[isOld ? "query" : "to_q"])
    key = try projection(scope[isOld ? "key" : "to_k"])
    value = try projection(scope[isOld ? "value" : "to_v"])
    out = try projection(isOld ? scope["proj_attn"] : scope["to_out"][0])
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let (places, channels) = x.matrixShape
    let h = norm(x).reshaped([places, channels])
    var result = x.reshaped([places, channels])
    addGated(&result, out(attention(query(h), key(h), value(h), heads: 1)))
    return result.reshaped(x.shape)
  }
}
