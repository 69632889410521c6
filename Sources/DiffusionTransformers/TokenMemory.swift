import Layers
import Tensors

/// What one sequence keeps of its image tokens from forward to forward, so that a forward may compute only some of
/// them: their keys and values at every block, and their outputs.
///
/// Most of an edit's tokens show what the edit does not touch, and change from step to step by little more than the
/// time embedding. Others still attend to them: through the keys and values they had when they were last computed.
/// The idea is FISEdit's (arXiv 2305.17423); here a token is a row, so what is computed is dense.
package struct TokenMemory: Sendable {
  /// What the next forward does about a sequence's image tokens.
  package enum Plan: Sendable, Equatable {
    /// Computes all and keeps nothing.
    case compute
    /// Computes all and keeps them.
    case record
    /// Computes those at these places in tile order, ascending, at least one; keeps them too.
    case recall([Int])
  }

  package var plan: Plan
  /// For each block the keys, then the values, of [image, text, caption], rotated, (tokens, width).
  private var keys: [Tensor] = []
  private var values: [Tensor] = []
  /// The network's output for every image token, (tokens, patch elements).
  private var output: Tensor?

  package init(plan: Plan = .compute) {
    self.plan = plan
  }

  /// Bytes that a sequence takes.
  package static func bytes(tokens: Int, configuration: HiDreamConfiguration) -> Int {
    2 * configuration.blockCount * tokens * configuration.width * MemoryLayout<Float>.stride
  }

  /// Image tokens that the network was run on last, 0 for none.
  package var tokenCount: Int { output?.shape[0] ?? 0 }

  /// The places that the next forward computes; nil is all of them.
  var computed: [Int]? {
    if case .recall(let places) = plan { return places }
    return nil
  }

  /// Completes the keys and values that a block computed, [computed image tokens, text, caption], with those kept.
  mutating func complete(
    _ freshKeys: inout Tensor, _ freshValues: inout Tensor, block: Int, imageTokens: Int
  ) {
    switch plan {
    case .compute: return
    case .record:
      keys.append(freshKeys)
      values.append(freshValues)
    case .recall(let places):
      // Text and caption come after all image tokens.
      let rows = places + (imageTokens..<keys[block].shape[0])
      replaceRows(rows, of: &keys[block], with: freshKeys)
      replaceRows(rows, of: &values[block], with: freshValues)
      (freshKeys, freshValues) = (keys[block], values[block])
    }
  }

  /// Completes the output of the tokens that were computed, (tokens, patch elements).
  mutating func complete(_ fresh: Tensor) -> Tensor {
    switch plan {
    case .compute: return fresh
    case .record:
      output = fresh
      return fresh
    case .recall(let places):
      guard var all = output else { return fresh }
      output = nil
      replaceRows(places, of: &all, with: fresh)
      output = all
      return all
    }
  }

  /// Forgets what was kept, for a forward that records anew.
  mutating func begin() {
    if case .recall = plan { return }
    keys = []
    values = []
    output = nil
  }

  /// Whether a forward of `imageTokens`, and of `rows` tokens in all at each block, can go by the plan.
  func fits(imageTokens: Int, rows: [Int]) -> Bool {
    guard case .recall(let places) = plan else { return true }
    return tokenCount == imageTokens && keys.map { $0.shape[0] } == rows && !places.isEmpty
      && places.allSatisfy((0..<imageTokens).contains)
      && zip(places, places.dropFirst()).allSatisfy(<)
  }
}

extension [TokenMemory] {
  /// Completes the keys and values of each sequence.
  mutating func complete(_ keys: inout [Tensor], _ values: inout [Tensor], block: Int, step: StepContext) {
    for sequence in indices {
      self[sequence].complete(
        &keys[sequence], &values[sequence], block: block, imageTokens: step.grids[sequence].count)
    }
  }
}
