/// Classifier-free guidance: `v = u + scale (c - u)` of a conditional and an unconditional prediction.
package struct Guidance: Sendable, Equatable, Codable {
  /// 1 or less is off: the model is asked once a step.
  package var scale: Float
  /// Noise levels at which guidance acts; outside them the model is asked once (arXiv 2404.07724).
  package var sigmas: ClosedRange<Float>
  /// How far the guided prediction is brought back to the contrast of the conditional one, 0...1: high scales
  /// burn colours otherwise (arXiv 2305.08891, here on the clean latents).
  package var rescale: Float

  package init(scale: Float, sigmas: ClosedRange<Float> = 0...1, rescale: Float = 0) {
    self.scale = scale
    self.sigmas = sigmas
    self.rescale = rescale
  }

  package static let off = Guidance(scale: 1)

  package func acts(at sigma: Float) -> Bool {
    scale > 1 && sigmas.contains(sigma)
  }
}
