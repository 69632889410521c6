import Checkpoints
import Layers
import Tensors

/// Image and text with weights of their own, which meet in attention.
struct DualStreamBlock: Sendable {
  let modulation: Modulation
  private let imageAttention: AttentionProjections
  private let textAttention: AttentionProjections
  private let imageFeedForward: ImageFeedForward
  private let textFeedForward: FeedForward

  init(_ scope: WeightScope, _ configuration: HiDreamConfiguration) throws {
    let width = configuration.width
    modulation = try Modulation(scope[Modulation.name], width: width, chunks: 12)
    imageAttention = try AttentionProjections(scope["attn1"], width: width)
    textAttention = try AttentionProjections(scope["attn1"], width: width, suffix: "_t")
    imageFeedForward = try ImageFeedForward(scope["ff_i"], configuration)
    textFeedForward = try FeedForward(
      scope["ff_t"], width: width, hidden: scope["ff_t"].hiddenSize(of: 4 * width))
  }

  /// One step of both residual streams.
  ///
  /// - Parameters:
  ///   - images, texts: for each sequence its tokens, (tokens, width).
  ///   - captions: for each sequence this block's own text, attended to and nothing else, (tokens, width).
  ///   - memories: for each sequence the keys and values of the image tokens that are not among `images`.
  func callAsFunction(
    images: inout [Tensor], texts: inout [Tensor], captions: [Tensor], step: StepContext,
    sparse: inout SparseAttention, memories: inout [TokenMemory], block: Int
  ) throws {
    let chunks = modulation(step, block: block)
    let image = StreamModulation(chunks[0..<6])
    let text = StreamModulation(chunks[6..<12])
    let imageLengths = images.map { $0.shape[0] }
    let textLengths = texts.map { $0.shape[0] }
    let captionLengths = captions.map { $0.shape[0] }

    // Attention over [image, text, caption]; text is at the origin, which rotary embedding leaves alone.
    let x = joined(modulated(images, shift: image.attentionShift, scale: image.attentionScale))
    let table = RotaryTable.joined(step.rotary)
    var q = imageAttention.queries(x)
    table.apply(to: &q, heads: step.heads)
    var k = imageAttention.keys(x)
    table.apply(to: &k, heads: step.heads)
    let v = imageAttention.values(x)
    try step.checkCancellation()
    let y = joined(
      modulated(
        texts + captions, shift: text.attentionShift + text.attentionShift,
        scale: text.attentionScale + text.attentionScale))
    let textQueries = textAttention.queries(y.rows(0..<textLengths.reduce(0, +)))

    let queries = zip(split(q, imageLengths), split(textQueries, textLengths)).map { joined([$0, $1]) }
    var (keys, values) = (
      interleaved(k, textAttention.keys(y), imageLengths, textLengths, captionLengths),
      interleaved(v, textAttention.values(y), imageLengths, textLengths, captionLengths)
    )
    memories.complete(&keys, &values, block: block, step: step)
    let attended = images.indices.map { sequence in
      sparse.attend(
        queries[sequence], keys[sequence], values[sequence], heads: step.heads,
        order: step.grids[sequence].order, tokens: step.computed[sequence],
        place: .init(block: block, sequence: sequence))
    }
    let imageRows = attended.indices.map { attended[$0].rows(0..<imageLengths[$0]) }
    let textRows = attended.indices.map {
      attended[$0].rows(imageLengths[$0]..<imageLengths[$0] + textLengths[$0])
    }
    imageAttention.output.add(joined(imageRows), gates: image.attentionGate, to: &images)
    textAttention.output.add(joined(textRows), gates: text.attentionGate, to: &texts)
    try step.checkCancellation()

    // Feed-forward
    imageFeedForward.add(
      joined(modulated(images, shift: image.feedForwardShift, scale: image.feedForwardScale)),
      gates: image.feedForwardGate, to: &images)
    textFeedForward.add(
      joined(modulated(texts, shift: text.feedForwardShift, scale: text.feedForwardScale)),
      gates: text.feedForwardGate, to: &texts)
  }

  /// For each sequence its rows of image, text and caption.
  private func interleaved(
    _ image: Tensor, _ text: Tensor, _ imageLengths: [Int], _ textLengths: [Int], _ captionLengths: [Int]
  ) -> [Tensor] {
    let images = split(image, imageLengths)
    let texts = split(text, textLengths + captionLengths)
    return images.indices.map { joined([images[$0], texts[$0], texts[images.count + $0]]) }
  }
}
