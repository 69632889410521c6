#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Checkpoints
import Tensors

/// Llama's rotary positions: the base, and how Llama 3 stretches them for longer texts.
///
/// Long wavelengths are divided by `factor`, short ones kept, those between blended (Llama 3.1's `llama3` type).
package struct LlamaRope: Equatable, Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case standard = "default"
    case llama3
    case linear
  }

  var kind: Kind = .standard
  /// Nil where the file states it elsewhere.
  var theta: Double?
  var factor = 1.0
  var lowFrequencyFactor = 1.0
  var highFrequencyFactor = 4.0
  var originalContext = 8192

  init(theta: Double) { self.theta = theta }

  func defaulting(theta: Double) -> LlamaRope {
    var rope = self
    rope.theta = self.theta ?? theta
    return rope
  }

  /// Angle of each pair at position 1.
  func frequencies(headDim: Int) -> [Double] {
    (0..<headDim / 2).map { pair in
      let plain = pow(theta ?? 10_000, -2 * Double(pair) / Double(headDim))
      switch kind {
      case .standard: return plain
      case .linear: return plain / factor
      case .llama3:
        let turns = Double(originalContext) * plain / (2 * .pi)
        if turns < lowFrequencyFactor { return plain / factor }
        if turns > highFrequencyFactor { return plain }
        let smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor)
        return (1 - smooth) * plain / factor + smooth * plain
      }
    }
  }

  /// Cosines and sines for positions 0..<count, (count, headDim / 2) each.
  func tables(count: Int, headDim: Int) -> (cosines: Tensor, sines: Tensor) {
    let frequencies = frequencies(headDim: headDim)
    let angles = (0..<count).flatMap { position in frequencies.map { $0 * Double(position) } }
    let shape = [count, headDim / 2]
    return (
      Tensor(angles.map { Float(cos($0)) }, shape: shape), Tensor(angles.map { Float(sin($0)) }, shape: shape)
    )
  }
}

extension LlamaRope: Decodable {
  enum CodingKeys: String, CodingKey {
    case kind = "rope_type"
    case olderKind = "type"
    case theta = "rope_theta"
    case factor
    case lowFrequencyFactor = "low_freq_factor"
    case highFrequencyFactor = "high_freq_factor"
    case originalContext = "original_max_position_embeddings"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    kind = try fields.choice(.kind, default: try fields.choice(.olderKind, default: .standard))
    theta = try fields.has(.theta) ? try fields.number(.theta, in: 1...1e12) : nil
    factor = try fields.number(.factor, in: 1e-3...1e6, default: 1)
    lowFrequencyFactor = try fields.number(.lowFrequencyFactor, in: 1e-3...1e6, default: 1)
    highFrequencyFactor = try fields.number(.highFrequencyFactor, in: 1e-3...1e6, default: 4)
    originalContext = try fields.integer(.originalContext, in: 1...1_000_000_000, default: 8192)
    try fields.require(
      highFrequencyFactor > lowFrequencyFactor, .highFrequencyFactor,
      "more than low_freq_factor (\(lowFrequencyFactor)), found \(highFrequencyFactor)")
  }
}
