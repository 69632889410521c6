import Layers
import Tensors
import Testing

@testable import DiffusionTransformers

/// Forwards of some of the image tokens, the others' keys and values kept from an earlier forward.
@Suite struct TokenMemoryTests {
  let transformer: HiDreamTransformer
  /// Two sequences of 8 x 8 latents, 16 tokens each.
  let inputs: [HiDreamInput]

  init() throws {
    let fixture = try Fixture("first", "square")
    transformer = try fixture.transformer()
    inputs = try fixture.inputs(transformer)
  }

  private func record(_ inputs: [HiDreamInput]) throws -> [TokenMemory] {
    var memories = inputs.map { _ in TokenMemory(plan: .record) }
    var sparse = SparseAttention(sparsity: 0)
    let output = try transformer(inputs, sparse: &sparse, memories: &memories).map(\.values)
    #expect(try output == dense(transformer, inputs), "recording changed the result")
    return memories
  }

  private func recall(_ inputs: [HiDreamInput], _ memories: inout [TokenMemory], _ places: [[Int]?]) throws
    -> [[Float]]
  {
    for index in memories.indices { memories[index].plan = places[index].map { .recall($0) } ?? .compute }
    var sparse = SparseAttention(sparsity: 0)
    return try transformer(inputs, sparse: &sparse, memories: &memories).map(\.values)
  }

  /// The same sequences, some noise level later.
  private var later: [HiDreamInput] {
    inputs.map { input in
      let moved = input.latents.values.map { 0.9 * $0 + 0.05 }
      return HiDreamInput(
        latents: Tensor(moved, shape: input.latents.shape), timestep: input.timestep - 20,
        prompt: input.prompt)
    }
  }

  private var count: Int {
    let shape = inputs[0].latents.shape
    return shape[1] * shape[2] / (transformer.configuration.patchSize * transformer.configuration.patchSize)
  }

  @Test func isExactWhereAllTokensAreComputed() throws {
    var memories = try record(inputs)
    let all = Array(0..<count)
    #expect(try recall(later, &memories, [all, all]) == dense(transformer, later))
  }

  /// Nothing has moved, so what is kept is what would be computed: gathering and putting back must not show.
  @Test(arguments: [[0], [15], [3, 4, 5, 9], [0, 2, 4, 6, 8, 10, 12, 14]])
  func isExactWhereNothingMoved(places: [Int]) throws {
    var memories = try record(inputs)
    let expected = try dense(transformer, inputs)
    for _ in 0..<2 {
      #expect(try recall(inputs, &memories, [places, Array(1..<count)]) == expected)
    }
  }

  /// Sequences of one batch go by plans of their own.
  @Test func mixesPlansInABatch() throws {
    var memories = try record(inputs)
    let found = try recall(later, &memories, [nil, [5, 6]])
    let exact = try dense(transformer, later)
    #expect(found[0] == exact[0])
    #expect(found[1] != exact[1])
  }

  /// A step of this size changes the fixture's output by 8 %; recalling half of the tokens must leave computed ones a
  /// small part of that, and the others what they were.
  @Test func staysCloseWhereOthersMoveALittle() throws {
    var memories = try record(inputs)
    let places = Array(0..<count / 2)
    let before = try dense(transformer, inputs)
    let exact = try dense(transformer, later)
    let found = try recall(later, &memories, [places, places])
    for sequence in inputs.indices {
      let shape = inputs[sequence].latents.shape
      let grid = PatchGrid(height: shape[1], width: shape[2], patch: transformer.configuration.patchSize)
      func tokens(_ values: [Float]) -> Tensor { grid.patchify(Tensor(values, shape: shape)) }
      func error(_ a: [Float], _ b: [Float], _ range: Range<Int>) -> Double {
        relativeError(tokens(a).rows(range).values, tokens(b).rows(range).values)
      }
      let computed = 0..<places.count
      let moved = error(before[sequence], exact[sequence], computed)
      let left = error(found[sequence], exact[sequence], computed)
      #expect(left > 0 && left < 0.25 * moved, "\(left) of \(moved)")
      #expect(error(found[sequence], before[sequence], places.count..<count) == 0)
    }
  }

  @Test func refusesToRecallWhatWasNotRecorded() throws {
    var sparse = SparseAttention(sparsity: 0)
    func refused(_ memory: TokenMemory, _ input: HiDreamInput) {
      var memories = [memory]
      #expect(throws: TransformerError.self) {
        try transformer([input], sparse: &sparse, memories: &memories)
      }
    }
    refused(TokenMemory(plan: .recall([0])), inputs[0])
    var memory = try record([inputs[0]])[0]
    for places in [[], [16], [3, 3], [4, 2]] {
      memory.plan = .recall(places)
      refused(memory, inputs[0])
    }
    memory.plan = .recall([0])
    let larger = HiDreamInput(
      latents: Tensor(zeros: [4, 8, 16]), timestep: 5, prompt: inputs[0].prompt)
    refused(memory, larger)
  }

  /// Block-sparse attention chooses for the rows at hand.
  @Test func leavesOutScoreBlocksOfTheComputedRows() throws {
    let (transformer, input) = try SparseForwardTests().large()
    let places = Array(700..<2400)
    func output(_ sparsity: Double) throws -> ([Float], Double) {
      var memories = [TokenMemory(plan: .record)]
      var dense = SparseAttention(sparsity: 0)
      _ = try transformer([input], sparse: &dense, memories: &memories)
      memories[0].plan = .recall(places)
      var sparse = SparseAttention(sparsity: sparsity, forced: true)
      return (try transformer([input], sparse: &sparse, memories: &memories)[0].values, sparse.achieved)
    }
    let (exact, none) = try output(0)
    let (found, achieved) = try output(0.6)
    #expect(none == 0 && abs(achieved - 0.6) < 0.02, "\(achieved)")
    let error = relativeError(found, exact)
    #expect(error > 0 && error < 0.2, "\(error)")
  }
}
