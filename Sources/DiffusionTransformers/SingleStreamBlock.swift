import Checkpoints
import Layers
import Tensors

/// Image and text as one sequence, one set of weights.
struct SingleStreamBlock: Sendable {
  let modulation: Modulation
  private let attention: AttentionProjections
  private let feedForward: ImageFeedForward

  init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let width = configuration.width
    modulation = try Modulation(scope[Modulation.name], width: width, chunks: 6)
    attention = try AttentionProjections(scope["attn1"], width: width)
    feedForward = try ImageFeedForward(scope["ff_i"], configuration)
  }

  /// One step of the residual stream.
  ///
  /// - Parameters:
  ///   - streams: for each sequence the tokens to bring forward, image first, (tokens, width).
  ///   - context: for each sequence further tokens that are attended to and nothing else, (tokens, width).
  ///   - memories: for each sequence the keys and values of the image tokens that are not in `streams`.
  func callAsFunction(
    _ streams: inout [Tensor], context: [Tensor], step: StepContext, sparse: inout SparseAttention,
    memories: inout [TokenMemory], block: Int
  ) throws {
    let factors = StreamModulation(modulation(step, block: block)[...])
    let lengths = streams.map { $0.shape[0] }
    let contextLengths = context.map { $0.shape[0] }
    let total = lengths.reduce(0, +)

    // Attention: rows are the streams of all sequences, then their contexts.
    let x = joined(
      modulated(
        streams + context, shift: factors.attentionShift + factors.attentionShift,
        scale: factors.attentionScale + factors.attentionScale))
    let table = RotaryTable.joined(
      streams.indices.map { step.rotary($0, count: lengths[$0]) }
        + contextLengths.map { .origin(count: $0, headDim: step.headDim) })
    var q = attention.queries(x.rows(0..<total))
    table.rows(0..<total).apply(to: &q, heads: step.heads)
    var k = attention.keys(x)
    table.apply(to: &k, heads: step.heads)
    let v = attention.values(x)
    try step.checkCancellation()

    let queries = split(q, lengths)
    var keys = interleaved(k, lengths, contextLengths)
    var values = interleaved(v, lengths, contextLengths)
    memories.complete(&keys, &values, block: block, step: step)
    let attended = streams.indices.map { sequence in
      sparse.attend(
        queries[sequence], keys[sequence], values[sequence], heads: step.heads,
        order: step.grids[sequence].order, tokens: step.computed[sequence],
        place: .init(block: block, sequence: sequence))
    }
    attention.output.add(joined(attended), gates: factors.attentionGate, to: &streams)
    try step.checkCancellation()

    // Feed-forward
    let y = joined(
      modulated(streams, shift: factors.feedForwardShift, scale: factors.feedForwardScale))
    feedForward.add(y, gates: factors.feedForwardGate, to: &streams)
  }

  /// For each sequence its stream's rows followed by its context's.
  private func interleaved(_ rows: Tensor, _ lengths: [Int], _ contextLengths: [Int]) -> [Tensor] {
    if lengths.count == 1 { return [rows] }
    let parts = split(rows, lengths + contextLengths)
    return lengths.indices.map { joined([parts[$0], parts[lengths.count + $0]]) }
  }
}
