import Tensors

/// What a forward will cost, told from shapes before any of it is done.
package struct ForwardEstimate: Sendable, Equatable {
  /// One sequence of a forward.
  package struct Sequence: Sendable {
    package var imageTokens: Int
    /// Those of them that are computed.
    package var computedTokens: Int
    /// Text that lives through all blocks, and what each block reads besides.
    package var textTokens: Int
    package var captionTokens: Int

    package init(imageTokens: Int, computedTokens: Int? = nil, textTokens: Int, captionTokens: Int) {
      self.imageTokens = imageTokens
      self.computedTokens = computedTokens ?? imageTokens
      self.textTokens = textTokens
      self.captionTokens = captionTokens
    }
  }

  /// Multiplications and additions.
  package let operations: Double
  /// Most bytes of tensors at a time, weights and prompts not counted.
  package let bytes: Int

  /// - Parameters:
  ///   - hidden, sharedHidden, textHidden: hidden widths of the routed experts, of the shared one and of the text's
  ///     feed-forward; nil takes those of the published models.
  package init(
    _ configuration: HiDreamConfiguration, _ sequences: [Sequence], hidden: Int? = nil,
    sharedHidden: Int? = nil
  ) {
    let width = Double(configuration.width)
    let hidden = Double(hidden ?? Self.nominalHidden(4 * configuration.width))
    let shared = Double(sharedHidden ?? Self.nominalHidden(2 * configuration.width))
    let active = Double(max(1, configuration.numActivatedExperts))
    let routed = configuration.numRoutedExperts > 0
    // Multiplications of one token in the image's feed-forward.
    let perToken = 3 * width * (active * hidden + (routed ? shared : 0))
    var products = 0.0
    for sequence in sequences {
      let (image, text) = (Double(sequence.computedTokens), Double(sequence.textTokens))
      let caption = Double(sequence.captionTokens)
      let keys = Double(sequence.imageTokens) + text + caption
      // Queries and outputs of what lives on, keys and values of captions too; then scores and weighted sums.
      let attention =
        (image + text) * 4 * width * width + caption * 2 * width * width + (image + text) * keys * 2 * width
      products += Double(configuration.numLayers) * (attention + image * perToken + text * 3 * width * hidden)
      products += Double(configuration.numSingleLayers) * (attention + (image + text) * perToken)
    }
    operations = 2 * products

    let rows = Double(
      sequences.reduce(0) { $0 + $1.computedTokens + $1.textTokens + $1.captionTokens })
    let keys = Double(sequences.reduce(0) { $0 + $1.imageTokens + $1.textTokens + $1.captionTokens })
    // In attention: streams, their modulated rows, queries, keys and values before and after they are put in order, the
    // result and its projection. In the experts: streams, modulated rows, the sum, and one expert's rows, hidden
    // units and result.
    let attention = 6 * rows + 4 * keys
    let experts = 5 * rows + rows * hidden / width
    bytes = Int(max(attention, experts) * width) * MemoryLayout<Float>.stride
  }

  private static func nominalHidden(_ nominal: Int) -> Int { (2 * nominal / 3 + 255) / 256 * 256 }
}
