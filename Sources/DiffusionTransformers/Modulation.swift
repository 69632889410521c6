import Checkpoints
import Layers
import Tensors

/// adaLN: from time and pooled text, factors for a block's norms and gates (DiT, arXiv 2212.09748).
struct Modulation: Sendable {
  /// What its tensors' names hold in every block.
  static let name = "adaLN_modulation"

  private let linear: Linear
  private let width: Int
  private let chunks: Int

  /// Takes `1.weight` (chunks * width, width) and its bias; `0` is the SiLU before it, which the caller applies once
  /// for all blocks.
  init(_ scope: WeightScope, width: Int, chunks: Int) throws {
    linear = try Linear(scope[1], inputs: width, outputs: chunks * width, bias: true)
    self.width = width
    self.chunks = chunks
  }

  /// SiLU of embeddings (rows, width) to (rows, chunks * width).
  func table(_ activated: Tensor) -> Tensor { linear(activated) }

  /// For each chunk one vector (width) a sequence; `block` is the place of the modulation in the network.
  func callAsFunction(_ step: StepContext, block: Int) -> [[Tensor]] {
    let sequences = step.activated.shape[0]
    let rows = step.modulations?[block] ?? split(table(step.activated), Array(repeating: 1, count: sequences))
    return rows.chunked(chunks, width: width)
  }
}

extension [Tensor] {
  /// One row (chunks * width) a sequence to, for each chunk, one vector (width) a sequence.
  fileprivate func chunked(_ chunks: Int, width: Int) -> [[Tensor]] {
    (0..<chunks).map { chunk in
      map { $0.reshaped([chunks, width]).rows(chunk..<chunk + 1).reshaped([width]) }
    }
  }
}

/// What one half of a block (attention and feed-forward of one stream) takes from adaLN: a vector a sequence each.
struct StreamModulation {
  let attentionShift: [Tensor]
  let attentionScale: [Tensor]
  let attentionGate: [Tensor]
  let feedForwardShift: [Tensor]
  let feedForwardScale: [Tensor]
  let feedForwardGate: [Tensor]

  /// Six chunks in the checkpoint's order.
  init(_ chunks: ArraySlice<[Tensor]>) {
    let first = chunks.startIndex
    attentionShift = chunks[first]
    attentionScale = chunks[first + 1]
    attentionGate = chunks[first + 2]
    feedForwardShift = chunks[first + 3]
    feedForwardScale = chunks[first + 4]
    feedForwardGate = chunks[first + 5]
  }
}

/// Layer norm without weights, modulated, for each sequence: norm(x) * (1 + scale) + shift.
func modulated(_ streams: [Tensor], shift: [Tensor], scale: [Tensor]) -> [Tensor] {
  streams.indices.map { layerNorm(streams[$0], epsilon: 1e-6, scale: scale[$0], shift: shift[$0]) }
}
