import Foundation
import Layers
import Tensors
import Testing

@testable import DiffusionTransformers

@Suite struct ForwardEstimateTests {
  private func published() throws -> HiDreamConfiguration {
    try HiDreamConfigurationTests().read(HiDreamConfigurationTests.published)
  }

  /// Forwards of the published model, 256 text tokens and 128 more at each block. The reference takes 21.6 TFLOP at
  /// 512 x 512 and 77.6 at 1024 x 1024; ours less by the feed-forward of the 128, which nothing reads: 1.1 in 32
  /// blocks, and their queries.
  @Test(arguments: [(1024, 21.6), (4096, 77.6)])
  func countsThePublishedModelsOperations(tokens: Int, expected: Double) throws {
    let estimate = ForwardEstimate(
      try published(), [.init(imageTokens: tokens, textTokens: 256, captionTokens: 128)])
    let less = expected - estimate.operations / 1e12
    #expect(less > 1.1 && less < 2, "\(less)")
  }

  @Test func computingFewTokensCostsLittle() throws {
    func operations(_ computed: Int) throws -> Double {
      ForwardEstimate(
        try published(),
        [.init(imageTokens: 4096, computedTokens: computed, textTokens: 256, captionTokens: 128)]
      ).operations
    }
    let (all, fifth) = (try operations(4096), try operations(820))
    #expect(fifth / all > 0.2 && fifth / all < 0.3, "\(fifth / all)")
  }

  /// What tensors really hold at most during a forward, against what was said: never more, and not much less.
  @Test func coversWhatAForwardTakes() throws {
    let (transformer, input) = try SparseForwardTests().large()
    var sparse = SparseAttention(sparsity: 0)
    _ = try transformer([input], sparse: &sparse)
    let estimate = transformer.estimate([
      .init(
        imageTokens: 72 * 72, textTokens: input.prompt.textTokens, captionTokens: input.prompt.captionTokens)
    ])
    TensorMemory.restartPeak()
    let before = TensorMemory.liveBytes
    _ = try transformer([input], sparse: &sparse)
    let taken = TensorMemory.peakBytes - before
    // Other suites run beside this one, so only the estimate's order of magnitude can be held from above.
    #expect(taken > estimate.bytes / 4, "\(taken) of \(estimate.bytes)")
  }

  @Test func refusesWhatDoesNotFit() throws {
    let fixture = try Fixture("first", "square")
    var options = ModelForward.Options(model: fixture.directory, inputs: fixture.casePath)
    options.memoryLimit = 1
    let error = #expect(throws: TransformerError.self) { try ModelForward.run(options) }
    #expect(error?.kind == .outOfMemory)
    #expect(error?.description.contains("--max-memory allows 0.0 GB") == true, "\(String(describing: error))")
    // Weights stay in their file where they are not to fill the memory, and the result is the same.
    options.memoryLimit = 1 << 30
    #expect(try ModelForward.run(options).seconds.count == 1)
    #expect(throws: TransformerError.self) {
      try MemoryLimit(asked: nil).check(.max, for: "everything", advice: "take less")
    }
  }

  /// adaLN evaluated for a whole run at once gives every step the bits it would have computed itself.
  @Test func modulationsOfARunAreThoseOfItsSteps() throws {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let inputs = try fixture.inputs(transformer)
    let times = [Float(999), inputs[0].timestep, inputs[1].timestep, 3]
    let prepared = inputs.map {
      HiDreamInput(
        latents: $0.latents, timestep: $0.timestep, prompt: transformer.prepare($0.prompt, for: times))
    }
    #expect(prepared[0].prompt.modulations?.rows(at: 3)?.count == transformer.configuration.blockCount + 1)
    #expect(prepared[0].prompt.modulations?.rows(at: 4) == nil)
    let expected = try dense(transformer, inputs)
    #expect(try dense(transformer, prepared) == expected)
    // A time that was not evaluated is computed as ever.
    let other = HiDreamInput(latents: inputs[0].latents, timestep: 500, prompt: prepared[0].prompt)
    let plain = HiDreamInput(latents: inputs[0].latents, timestep: 500, prompt: inputs[0].prompt)
    #expect(try dense(transformer, [other]) == dense(transformer, [plain]))
  }
}
