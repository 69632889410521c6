import Layers
import Tensors
import Testing

@testable import DiffusionTransformers

@Suite struct SparseForwardTests {
  /// 72 x 72 tokens of the first fixture's model.
  func large() throws -> (HiDreamTransformer, HiDreamInput) {
    let fixture = try Fixture("first", "square")
    let transformer = try fixture.transformer()
    let prompt = try fixture.inputs(transformer)[0].prompt
    // Any fixed noise will do: a linear congruential generator's high bits.
    var state: UInt32 = 1
    let pixels = (0..<4 * 144 * 144).map { _ -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / 8_388_608 - 1
    }
    return (
      transformer, HiDreamInput(latents: Tensor(pixels, shape: [4, 144, 144]), timestep: 500, prompt: prompt)
    )
  }

  @Test func leavesOutWhatItIsAskedTo() throws {
    let (transformer, input) = try large()
    let reference = try dense(transformer, [input])[0]
    var errors: [Double] = []
    for sparsity in [0.3, 0.7] {
      var sparse = SparseAttention(sparsity: sparsity, forced: true)
      let output = try transformer([input], sparse: &sparse)[0].values
      #expect(abs(sparse.achieved - sparsity) < 0.01, "achieved \(sparse.achieved)")
      errors.append(relativeError(output, reference))
    }
    // More is left out, more is missed; but most of what counts is kept.
    #expect(0 < errors[0] && errors[0] < errors[1] && errors[1] < 0.2, "\(errors)")
  }

  @Test func isDenseToTheBitAtZeroEvenIfForced() throws {
    let (transformer, input) = try large()
    var sparse = SparseAttention(sparsity: 0, forced: true)
    #expect(try transformer([input], sparse: &sparse)[0].values == dense(transformer, [input])[0])
    #expect(sparse.achieved == 0)
  }
}
