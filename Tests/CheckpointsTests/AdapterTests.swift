import Tensors
import Testing

@testable import Checkpoints

/// Adapters in every dialect against torch: Tests/Reference/adapter_fixtures.py.
@Suite struct AdapterTests {
  static let query = "double_stream_blocks.0.block.attn1.to_q.weight"
  static let expert = "double_stream_blocks.0.block.ff_i.experts.0.w1.weight"
  static let gate = "single_stream_blocks.1.block.ff_i.gate.weight"

  let base: Checkpoint
  let expected: SafetensorsFile

  init() throws {
    base = try Checkpoint(opening: Fixtures.path("adapters/base.safetensors"))
    expected = try SafetensorsFile(path: Fixtures.path("adapters/expected.safetensors"))
  }

  private func request(_ name: String, _ scale: Float = 1) throws -> AdapterRequest {
    AdapterRequest(path: try Fixtures.path("adapters/\(name).safetensors"), scale: scale)
  }

  private func values(_ checkpoint: Checkpoint, _ name: String) throws -> [Float] {
    try #require(try checkpoint.stored(name)).widened().values
  }

  /// Largest difference; weights are about 1, sums of a few products in single precision.
  private func expectEqual(_ found: [Float], _ reference: String) throws {
    let values = try #require(try expected.tensor(reference)).values
    #expect(found.count == values.count)
    #expect(zip(found, values).allSatisfy { abs($0 - $1) < 4e-6 }, "\(reference)")
  }

  @Test(arguments: [
    ("peft", [query]), ("peft-alpha", [query, expert]), ("comfy", [query, expert, gate]), ("kohya", [expert]),
    ("lokr", [query, expert, gate]), ("dora", [query]), ("dora-peft", [query]),
    ("dora-columns", [query, expert]),
  ])
  func givesTheMergedWeights(_ name: String, _ changed: [String]) throws {
    let checkpoint = try base.applying([try request(name)])
    for weight in [Self.query, Self.expert, Self.gate] {
      let found = try values(checkpoint, weight)
      if changed.contains(weight) {
        try expectEqual(found, "\(name)/\(weight)")
      } else {
        #expect(try found == values(base, weight))
      }
    }
    #expect(checkpoint.names == base.names)
  }

  @Test func scalesAndStacks() throws {
    try expectEqual(values(base.applying([request("dora", 0.5)]), Self.query), "dora-half/\(Self.query)")
    let both = try base.applying([request("peft", 0.5), request("dora", -0.25)])
    try expectEqual(values(both, Self.query), "both/\(Self.query)")
    // The other order is another sum.
    let other = try base.applying([request("dora", -0.25), request("peft", 0.5)])
    #expect(try values(other, Self.query) != values(both, Self.query))
  }

  @Test func zeroChangesNoBit() throws {
    for name in ["peft", "lokr", "dora", "dora-columns"] {
      let checkpoint = try base.applying([try request(name, 0)])
      for weight in [Self.query, Self.expert, Self.gate] {
        #expect(try values(checkpoint, weight) == values(base, weight))
      }
    }
  }

  /// Packed and streamed, whatever it is computed in: the product with the changed weights is that of a matrix that
  /// was stored so.
  @Test(arguments: ["comfy", "lokr", "dora", "dora-columns"], ComputePrecision.allCases)
  func isInTheProduct(_ name: String, _ compute: ComputePrecision) throws {
    let checkpoint = try base.applying([try request(name)])
    let stored = try #require(try checkpoint.stored(Self.query))
    let merged = WeightMatrix(try stored.widened(), compute: compute)
    let x = Tensor((0..<40).map { Float($0 % 7) - 3 }, shape: [5, 8])
    let expected = linear(x, merged).values
    for residency in [WeightResidency.packed, .streamed] {
      let found = linear(x, try WeightMatrix(stored, residency: residency, compute: compute)).values
      #expect(found == expected)
    }
    let plain = WeightMatrix(try #require(try base.stored(Self.query)).widened(), compute: compute)
    #expect(linear(x, plain).values != expected)
  }

  @Test func listsWhatMatchedNothing() throws {
    let notices = try base.applying([try request("peft"), try request("lokr", 0.75)]).notices
    #expect(notices.count == 3)
    #expect(notices[0].contains("changes 1 matrices at scale 1.0 (1 LoRA)"))
    #expect(
      notices[1].contains(
        "2 tensors matched nothing in the model: text_encoder.layers.0.lora_B.weight, "
          + "transformer.absent.to_k.lora_A.weight"))
    #expect(notices[2].contains("changes 3 matrices at scale 0.75 (3 LoKr)"))
    #expect(try base.applying([]).notices == [])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let directory = try TemporaryDirectory()
    func problem(_ records: [SafetensorsWriter.Record]) throws -> String {
      let path = directory.file("adapter.safetensors")
      try SafetensorsWriter.save(records, to: path)
      do {
        _ = try base.applying([AdapterRequest(path: path)]).stored(Self.query)
        return "accepted"
      } catch let error as CheckpointError { return error.problem }
    }
    let module = "diffusion_model.double_stream_blocks.0.block.attn1.to_q"
    func zeros(_ name: String, _ shape: [Int]) -> SafetensorsWriter.Record {
      .init("\(module).\(name)", Tensor(zeros: shape))
    }
    let (up, down) = (zeros("lora_B.weight", [12, 2]), zeros("lora_A.weight", [2, 8]))
    #expect(try problem([up, down]) == "accepted")
    #expect(try problem([up]).contains("both of lora_A and lora_B"))
    #expect(try problem([up, zeros("lora_A.weight", [3, 8])]).contains("expected one rank"))
    #expect(try problem([zeros("lora_B.weight", [11, 2]), down]).contains("expected a change of [12, 8]"))
    #expect(try problem([up, zeros("lora_A.weight", [2, 8, 3])]).contains("as a matrix"))
    #expect(try problem([up, down, zeros("alpha", [2])]).contains("as one number"))
    #expect(try problem([up, down, zeros("dora_scale", [5, 1])]).contains("as [12, 1] or [1, 8]"))
    #expect(try problem([zeros("lokr_w1", [3, 2]), zeros("lokr_w2_a", [4, 2])]).contains("lokr_w2"))
    #expect(
      try problem([.init("unet.down.0.lora_A.weight", Tensor(zeros: [2, 8]))]).contains("nothing that fits"))
    #expect(try problem([up, down, zeros("lora_down.weight", [2, 8])]).contains("once"))
    let error = #expect(throws: CheckpointError.self) {
      try base.applying([AdapterRequest(path: Fixtures.path("quants.gguf"))])
    }
    #expect(error?.kind == .unsupported)
  }

  /// Broken adapters: each is refused with a message or applied within its own bytes.
  @Test(arguments: ["peft", "comfy", "lokr", "dora-columns"]) func survivesMutations(_ name: String) throws {
    let directory = try TemporaryDirectory()
    let good = try Fixtures.bytes("adapters/\(name).safetensors")
    let length = 8 + good.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let mutation = Mutation(
      fragments: [
        "[0,0]", "[1,1]", "[4611686018427387904,2]", "\"I8\"", "\"F8_E4M3\"", "alpha", "lora_A", "lokr_w1_a",
        "dora_scale", "1", "{",
      ].map { Array($0.utf8) }, headerLength: length)
    var random = SeededRandom(state: 12)
    var applied = 0
    for _ in 0..<1000 {
      var bytes = good
      mutation.apply(to: &bytes, using: &random)
      let path = try directory.write(bytes, to: "case.safetensors")
      do {
        let checkpoint = try base.applying([AdapterRequest(path: path)])
        for weight in base.names { _ = try checkpoint.stored(weight)?.widened() }
        applied += 1
      } catch is CheckpointError {} catch is TensorError {}
    }
    #expect(applied > 20, "\(applied)")
  }
}
