/// Turns prompts into what a denoiser is conditioned on.
package protocol Conditioner<Conditioning>: Sendable {
  associatedtype Conditioning: Sendable

  /// What each prompt becomes, in order. All of a run's prompts come together, so that large encoders are loaded once.
  ///
  /// - Parameter prompts: any texts; the empty one is the unconditional prompt.
  /// - Throws: `CancellationError` when `cancellation` asks for it, or what the encoders throw.
  func condition(on prompts: [String], cancellation: CancellationFlag) throws
    -> [ConditionedPrompt<Conditioning>]
}

/// A prompt after the text encoders.
package struct ConditionedPrompt<Conditioning: Sendable>: Sendable {
  package let conditioning: Conditioning
  /// Token ids by the name they are written under, such as `ids.t5`.
  package let ids: [String: [Int]]
  /// What the user must be told: text cut at an encoder's limit, and where.
  package let notes: [String]

  package init(conditioning: Conditioning, ids: [String: [Int]] = [:], notes: [String] = []) {
    self.conditioning = conditioning
    self.ids = ids
    self.notes = notes
  }
}

/// A prompt and what guidance leads away from.
package struct PromptPair<Conditioning: Sendable>: Sendable {
  package let positive: Conditioning
  /// Nil for a model without guidance: it is then asked once a step, at any scale.
  package let negative: Conditioning?

  package init(positive: Conditioning, negative: Conditioning? = nil) {
    self.positive = positive
    self.negative = negative
  }

  /// Both sides as something else.
  package func map<Other: Sendable>(_ transform: (Conditioning) throws -> Other) rethrows -> PromptPair<Other>
  {
    PromptPair<Other>(positive: try transform(positive), negative: try negative.map(transform))
  }
}
