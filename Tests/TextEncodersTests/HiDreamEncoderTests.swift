import Checkpoints
import Tensors
import Testing

@testable import TextEncoders

/// Against transformers on tiny random weights. Up to four layers, summed in another order: 1e-5 of the largest value.
@Suite struct HiDreamEncoderTests {
  static let tolerance: Float = 1e-5

  private func ids(_ kind: String, _ index: Int) throws -> [Int] {
    try Fixtures.tensor(kind, "\(index).ids").values.map { Int($0) }
  }

  private func mask(_ kind: String, _ index: Int) throws -> [Bool] {
    try Fixtures.tensor(kind, "\(index).mask").values.map { $0 != 0 }
  }

  private func expectStates(_ states: [Tensor], _ kind: String, _ index: Int) throws {
    let expected = try Fixtures.tensor(kind, "\(index).hidden")
    try #require(states.count == expected.shape[0])
    for (layer, state) in states.enumerated() {
      let reference = expected.rows(layer..<layer + 1).reshaped(Array(expected.shape.dropFirst()))
      #expect(relativeError(state, reference) < Self.tolerance, "layer \(layer)")
    }
  }

  @Test(arguments: [("clip-quick", 3), ("clip-gelu", 2)])
  func clipAgrees(_ kind: String, _ prompts: Int) throws {
    let directory = try Fixtures.path(kind)
    let scope = WeightScope(try Checkpoint(opening: directory))
    let encoder = try CLIPTextEncoder(
      CLIPTextConfiguration(contentsOf: "\(directory)/config.json"), weights: scope)
    try scope.finish()
    for index in 0..<prompts {
      let ids = try ids(kind, index)
      let states = try encoder(ids)
      if ids.count < 100 { try expectStates(states.hiddenStates, kind, index) }
      #expect(relativeError(states.last, try Fixtures.tensor(kind, "\(index).last")) < Self.tolerance)
      #expect(relativeError(states.pooled, try Fixtures.tensor(kind, "\(index).pooled")) < Self.tolerance)
      #expect(
        relativeError(states.projected, try Fixtures.tensor(kind, "\(index).projected")) < Self.tolerance)
    }
    #expect(throws: TextEncoderError.self) { try encoder([]) }
    #expect(throws: TextEncoderError.self) { try encoder(Array(repeating: 1, count: 249)) }
    if kind == "clip-quick" { #expect(throws: TextEncoderError.self) { try encoder([38, 1, 2]) } }
  }

  @Test(arguments: ["t5", "t5-silu"], 0..<3)
  func t5Agrees(_ kind: String, _ index: Int) throws {
    let directory = try Fixtures.path(kind)
    let scope = WeightScope(try Checkpoint(opening: directory))
    let encoder = try T5Encoder(T5Configuration(contentsOf: "\(directory)/config.json"), weights: scope)
    try scope.finish()
    let last = try encoder(try ids(kind, index), mask: try mask(kind, index))
    #expect(relativeError(last, try Fixtures.tensor(kind, "\(index).last")) < Self.tolerance)
    #expect(throws: TextEncoderError.self) { try encoder([1, 2], mask: [true]) }
  }

  @Test(arguments: ["llama", "llama-plain"], 0..<3)
  func llamaAgrees(_ kind: String, _ index: Int) throws {
    let directory = try Fixtures.path(kind)
    for residency in [WeightResidency.packed, .streamed] {
      let scope = WeightScope(try Checkpoint(opening: directory), residency: residency)
      let model = try LlamaModel(LlamaConfiguration(contentsOf: "\(directory)/config.json"), weights: scope)
      try scope.finish(allowingUnused: true)
      try expectStates(
        try model(try ids(kind, index), mask: try mask(kind, index)), kind, index)
    }
  }

  @Test func llamaLeavesOnlyItsHeadUnused() throws {
    let directory = try Fixtures.path("llama")
    let scope = WeightScope(try Checkpoint(opening: directory))
    _ = try LlamaModel(LlamaConfiguration(contentsOf: "\(directory)/config.json"), weights: scope)
    #expect { try scope.finish() } throws: { "\($0)".contains("1 unused: lm_head.weight;") }
  }

  /// T5's buckets for 32 buckets and a distance of 128, from the definition: single distances below 8, then
  /// logarithmic, and keys after the query in the upper half.
  @Test func t5BucketsFollowTheDefinition() throws {
    let directory = try Fixtures.path("t5-silu")
    let scope = WeightScope(try Checkpoint(opening: directory))
    let bias = try T5RelativeBias(
      scope["encoder"]["block"][0]["layer"][0]["SelfAttention"]["relative_attention_bias"],
      T5Configuration(contentsOf: "\(directory)/config.json"))
    let expected = [
      0: 0, -1: 1, -7: 7, -8: 8, -15: 9, -16: 10, -32: 12, -64: 14, -127: 15, -5000: 15, 1: 17, 40: 28,
    ]
    for (offset, bucket) in expected { #expect(bias.bucket(of: offset) == bucket, "\(offset)") }
  }
}
