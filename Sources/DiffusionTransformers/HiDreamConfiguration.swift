/// The shape of a HiDream-I1 transformer, as `transformer/config.json` states it.
///
/// Keys are those of diffusers' `HiDreamImageTransformer2DModel`. A decoded value is consistent: every product and
/// index that the network derives from it is in range.
package struct HiDreamConfiguration: Equatable, Sendable {
  /// Side of the square of latent pixels that makes one token.
  package let patchSize: Int
  package let inChannels: Int
  package let outChannels: Int
  /// Blocks in which image and text have weights of their own.
  package let numLayers: Int
  /// Blocks in which image and text are one sequence.
  package let numSingleLayers: Int
  package let attentionHeadDim: Int
  package let numAttentionHeads: Int
  /// Widths of the T5 and of the Llama hidden states, in this order.
  package let captionChannels: [Int]
  /// Width of the pooled text embedding.
  package let textEmbDim: Int
  /// Zero stands for a plain feed-forward.
  package let numRoutedExperts: Int
  package let numActivatedExperts: Int
  /// Elements of a head that each of the three axes (index, y, x) rotates.
  package let axesDimsRope: [Int]
  /// For each block, dual then single, the Llama hidden state that it reads.
  package let llamaLayers: [Int]

  /// Width of the residual stream.
  package var width: Int { numAttentionHeads * attentionHeadDim }
  package var blockCount: Int { numLayers + numSingleLayers }
  /// Elements of a token before the patch embedding.
  package var patchElements: Int { patchSize * patchSize * inChannels }
  /// Elements of a head that rotary embedding turns: all of it, or its first half.
  package var rotatedElements: Int { axesDimsRope.reduce(0, +) }
}

extension HiDreamConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case patchSize = "patch_size"
    case inChannels = "in_channels"
    case outChannels = "out_channels"
    case numLayers = "num_layers"
    case numSingleLayers = "num_single_layers"
    case attentionHeadDim = "attention_head_dim"
    case numAttentionHeads = "num_attention_heads"
    case captionChannels = "caption_channels"
    case textEmbDim = "text_emb_dim"
    case numRoutedExperts = "num_routed_experts"
    case numActivatedExperts = "num_activated_experts"
    case axesDimsRope = "axes_dims_rope"
    case llamaLayers = "llama_layers"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try Fields(decoder)
    patchSize = try fields.integer(.patchSize, in: 1...16)
    inChannels = try fields.integer(.inChannels, in: 1...1024)
    outChannels = try fields.integer(.outChannels, in: 1...1024, default: inChannels)
    numLayers = try fields.integer(.numLayers, in: 0...512)
    numSingleLayers = try fields.integer(.numSingleLayers, in: 0...512)
    attentionHeadDim = try fields.integer(.attentionHeadDim, in: 2...1024)
    numAttentionHeads = try fields.integer(.numAttentionHeads, in: 1...1024)
    captionChannels = try fields.integers(.captionChannels, in: 1...65536)
    textEmbDim = try fields.integer(.textEmbDim, in: 1...65536)
    numRoutedExperts = try fields.integer(.numRoutedExperts, in: 0...256, default: 4)
    numActivatedExperts = try fields.integer(
      .numActivatedExperts, in: 0...256, default: min(2, numRoutedExperts))
    axesDimsRope = try fields.integers(.axesDimsRope, in: 0...1024)
    llamaLayers = try fields.integers(.llamaLayers, in: 0...1023)
    try checkConsistency(fields)
  }

  private func checkConsistency(_ fields: Fields) throws {
    try fields.require(blockCount > 0, .numLayers, "at least one block")
    try fields.require(width <= 65536, .numAttentionHeads, "a width of at most 65536, found \(width)")
    try fields.require(captionChannels.count == 2, .captionChannels, "two widths, T5 and Llama")
    try fields.require(
      numRoutedExperts == 0 || (1...numRoutedExperts).contains(numActivatedExperts), .numActivatedExperts,
      "between 1 and \(numRoutedExperts) active experts, found \(numActivatedExperts)")
    try fields.require(
      axesDimsRope.count == 3 && axesDimsRope.allSatisfy { $0 % 2 == 0 }, .axesDimsRope,
      "three even numbers, found \(axesDimsRope)")
    try fields.require(
      rotatedElements == attentionHeadDim || 2 * rotatedElements == attentionHeadDim, .axesDimsRope,
      "a sum of \(attentionHeadDim) (the head) or half of it, found \(rotatedElements)")
    try fields.require(
      llamaLayers.count == blockCount, .llamaLayers,
      "one hidden state a block (\(blockCount)), found \(llamaLayers.count)")
  }
}

/// Decodes integers with their bounds, so that nothing derived from them overflows.
private struct Fields {
  typealias Key = HiDreamConfiguration.CodingKeys
  private let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder) throws {
    container = try decoder.container(keyedBy: Key.self)
  }

  func integer(_ key: Key, in range: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    if let fallback, try !container.contains(key) || container.decodeNil(forKey: key) { return fallback }
    try require(container.contains(key), key, "an integer, found no such key")
    guard let value = try? container.decode(Int.self, forKey: key) else {
      throw failure(key, "an integer in \(range)")
    }
    try require(range.contains(value), key, "an integer in \(range), found \(value)")
    return value
  }

  func integers(_ key: Key, in range: ClosedRange<Int>) throws -> [Int] {
    try require(container.contains(key), key, "a list of integers, found no such key")
    guard let values = try? container.decode([Int].self, forKey: key) else {
      throw failure(key, "a list of integers in \(range)")
    }
    try require(values.allSatisfy(range.contains), key, "integers in \(range), found \(values.prefix(64))")
    return values
  }

  func require(_ condition: Bool, _ key: Key, _ expected: String) throws {
    if !condition { throw failure(key, expected) }
  }

  private func failure(_ key: Key, _ expected: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: container, debugDescription: "expected \(expected)")
  }
}
