/// Turns a prompt into what a denoiser is conditioned on.
package protocol Conditioner {
  associatedtype Conditioning: Sendable

  /// - Parameter prompt: any text; the empty one is the unconditional prompt.
  mutating func condition(on prompt: String) throws -> ConditionedPrompt<Conditioning>
}

/// A prompt after the text encoders.
package struct ConditionedPrompt<Conditioning: Sendable>: Sendable {
  package let conditioning: Conditioning
  /// What the user must be told: text cut at an encoder's limit, and where.
  package let notes: [String]

  package init(conditioning: Conditioning, notes: [String] = []) {
    self.conditioning = conditioning
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
}
