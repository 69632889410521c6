package import DiffusionTransformers

/// A prompt as the text encoders leave it, before the transformer's projections.
package struct EncodedPrompt: Sendable {
  package let conditioning: HiDreamConditioning
  /// Token ids by the name they are written under, such as `ids.t5`.
  package let ids: [String: [Int]]
}
