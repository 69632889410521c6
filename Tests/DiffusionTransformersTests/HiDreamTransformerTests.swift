import Checkpoints
import Foundation
import Layers
import Tensors
import Testing

@testable import DiffusionTransformers

@Suite struct HiDreamTransformerTests {
  /// diffusers' own float32 output differs from its float64 output by 3e-7 to 4e-7 (the script prints it), and this
  /// one from diffusers' by 4e-7 to 6e-7. A mistake anywhere costs more than 1e-5.
  @Test(arguments: [("first", "square"), ("first", "tall"), ("second", "wide"), ("third", "square")])
  func agreesWithDiffusers(model: String, name: String) throws {
    let fixture = try Fixture(model, name)
    let transformer = try fixture.transformer()
    let found = try dense(transformer, fixture.inputs(transformer)).flatMap { $0 }
    let error = relativeError(found, try fixture.expected().values)
    #expect(error < 1e-5)
  }

  /// Streamed weights are widened as they are read, which changes no value.
  @Test(arguments: ["first", "second"])
  func streamsWeightsToTheSameResult(model: String) throws {
    let fixture = try Fixture(model, model == "first" ? "square" : "wide")
    let packed = try HiDreamTransformer(directory: fixture.directory, residency: .packed)
    let streamed = try HiDreamTransformer(directory: fixture.directory, residency: .streamed)
    let inputs = try fixture.inputs(packed)
    let expected = try dense(packed, inputs).flatMap { $0 }
    #expect(relativeError(try dense(streamed, inputs).flatMap { $0 }, expected) < 1e-6)
  }

  /// bfloat16 keeps 8 bits of each factor, a relative error of at most 2^-9 = 2e-3; five blocks may make that some
  /// times as large.
  @Test func computesInBFloat16WhereAsked() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try HiDreamTransformer(directory: fixture.directory, compute: .bf16)
    let error = relativeError(
      try dense(transformer, fixture.inputs(transformer)).flatMap { $0 }, try fixture.expected().values)
    #expect(error > 1e-5 && error < 2e-2, "\(error)")
  }

  /// Each product keeps 8 bits of its factors, an NMSE of about 1e-4 or a relative error of 1e-2 each; five blocks may
  /// make that some times as large.
  @Test(arguments: [WeightResidency.packed, .streamed])
  func computesInInt8WhereAsked(residency: WeightResidency) throws {
    let fixture = try Fixture("first", "square")
    let transformer = try HiDreamTransformer(
      directory: fixture.directory, residency: residency, compute: .int8)
    let error = relativeError(
      try dense(transformer, fixture.inputs(transformer)).flatMap { $0 }, try fixture.expected().values)
    #expect(error > 1e-4 && error < 6e-2, "\(error)")
  }

  /// Sequences of other sizes and texts beside it leave a sequence's output alone. One sequence by itself adds to the
  /// residual stream in the product's own pass, which rounds once less: 1e-6 instead of the same bits.
  @Test func raggedBatchesDoNotMix() throws {
    let square = try Fixture("first", "square")
    let tall = try Fixture("first", "tall")
    let transformer = try square.transformer()
    let inputs = try square.inputs(transformer) + tall.inputs(transformer)
    let together = try dense(transformer, inputs)
    for (index, input) in inputs.enumerated() {
      let alone = try dense(transformer, [input])[0]
      #expect(relativeError(together[index], alone) < 1e-6, "sequence \(index)")
    }
  }

  @Test func isTheSameAtAnyThreadCount() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let inputs = try fixture.inputs(transformer)
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    ThreadPool.threadCount = 1
    let one = try dense(transformer, inputs)
    ThreadPool.threadCount = 3
    #expect(try dense(transformer, inputs) == one)
  }

  @Test func followsTimePromptAndPicture() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let inputs = try fixture.inputs(transformer)
    let base = try dense(transformer, [inputs[0]])[0]
    let later = HiDreamInput(latents: inputs[0].latents, timestep: 12, prompt: inputs[0].prompt)
    let reworded = HiDreamInput(
      latents: inputs[0].latents, timestep: inputs[0].timestep, prompt: inputs[1].prompt)
    for changed in [later, reworded] {
      #expect(relativeError(try dense(transformer, [changed])[0], base) > 1e-2)
    }
  }

  @Test func stopsWithinABlock() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let inputs = try fixture.inputs(transformer)
    // Every place that asks must stop; a forward asks several times in each of its five blocks.
    var asked = 0
    var sparse = SparseAttention(sparsity: 0)
    _ = try transformer(inputs, sparse: &sparse) {
      asked += 1
      return false
    }
    #expect(asked >= 3 * transformer.configuration.blockCount)
    for limit in 1...asked {
      var count = 0
      #expect(throws: CancellationError.self) {
        try transformer(inputs, sparse: &sparse) {
          count += 1
          return count == limit
        }
      }
    }
  }

  @Test func refusesInputsThatDoNotFit() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let input = try fixture.inputs(transformer)[0]
    var sparse = SparseAttention(sparsity: 0)
    for shape in [[4, 7, 8], [3, 8, 8], [4, 0, 8], [4, 64]] {
      let unfit = HiDreamInput(latents: Tensor(zeros: shape), timestep: 1, prompt: input.prompt)
      #expect(throws: TransformerError.self, "\(shape)") { try transformer([unfit], sparse: &sparse) }
    }
    let late = HiDreamInput(latents: input.latents, timestep: .nan, prompt: input.prompt)
    #expect(throws: TransformerError.self) { try transformer([late], sparse: &sparse) }
    for (t5, llama, pooled) in [
      ([5, 13], [3, 2, 20], [10]), ([5, 12], [2, 2, 20], [10]), ([5, 12], [3, 2, 20], [9]),
    ] {
      #expect(throws: TransformerError.self) {
        try transformer.prepare(
          HiDreamConditioning(
            t5: Tensor(zeros: t5), llama: Tensor(zeros: llama), pooled: Tensor(zeros: pooled)))
      }
    }
  }

  @Test func reportsWeightsOfAnotherConfiguration() throws {
    let fixture = try Fixture("first", "square")
    let text = try String(contentsOfFile: "\(fixture.directory)/config.json", encoding: .utf8)
    let folder = FileManager.default.temporaryDirectory.appending(path: "sparsedit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      atPath: "\(fixture.directory)/diffusion_pytorch_model.safetensors",
      toPath: "\(folder.path)/diffusion_pytorch_model.safetensors")
    let fewer = text.replacing("\"num_single_layers\": 3", with: "\"num_single_layers\": 2")
      .replacing(/,\s*2\s*\]\s*\}/, with: "]}")
    try fewer.write(to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
    let error = #expect(throws: CheckpointError.self) { try HiDreamTransformer(directory: folder.path) }
    #expect(error?.problem.contains("unused: caption_projection.5") == true, "\(String(describing: error))")
    #expect(
      error?.problem.contains("caption_projection.4.linear.weight (expected [16, 12], found [16, 20])")
        == true)
  }
}
