/// What forwards cost, counted where the work is done.
package struct DenoiserCost: Sendable, Equatable, Codable {
  /// Sequences that went through the network.
  package var forwards: Int
  /// Attention score blocks of those forwards, were attention dense.
  package var scoreBlocks: Int
  /// Score blocks that were never computed.
  package var skippedScoreBlocks: Int
  /// Image tokens of those forwards, and those of them that were computed.
  package var tokens: Int
  package var computedTokens: Int

  package init(
    forwards: Int = 0, scoreBlocks: Int = 0, skippedScoreBlocks: Int = 0, tokens: Int = 0,
    computedTokens: Int = 0
  ) {
    self.forwards = forwards
    self.scoreBlocks = scoreBlocks
    self.skippedScoreBlocks = skippedScoreBlocks
    self.tokens = tokens
    self.computedTokens = computedTokens
  }

  /// Share of score blocks never computed, 0 where none was counted.
  package var attentionSparsity: Double {
    scoreBlocks == 0 ? 0 : Double(skippedScoreBlocks) / Double(scoreBlocks)
  }

  package static func += (total: inout DenoiserCost, part: DenoiserCost) {
    total.forwards += part.forwards
    total.scoreBlocks += part.scoreBlocks
    total.skippedScoreBlocks += part.skippedScoreBlocks
    total.tokens += part.tokens
    total.computedTokens += part.computedTokens
  }
}
