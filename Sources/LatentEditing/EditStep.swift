package import Tensors

/// A step just taken.
package struct EditStep: Sendable {
  /// From 0.
  package let index: Int
  package let count: Int
  /// Noise level before and after the step.
  package let sigma: Float
  package let nextSigma: Float
  /// The clean latents as predicted at this step, blended with the source: decode it for a preview.
  package let prediction: Tensor
  package let cost: DenoiserCost
}
