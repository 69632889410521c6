/// Classifier-free guidance: `v = u + scale (c - u)` of a conditional and an unconditional prediction.
package struct Guidance: Sendable, Equatable, Codable {
  /// 1 or less is off: the model is asked once a step.
  package var scale: Float
  /// Noise levels at which guidance acts; outside them the model is asked once (arXiv 2404.07724).
  package var sigmas: ClosedRange<Float>

  package init(scale: Float, sigmas: ClosedRange<Float> = 0...1) {
    self.scale = scale
    self.sigmas = sigmas
  }

  package static let off = Guidance(scale: 1)

  package func acts(at sigma: Float) -> Bool {
    scale > 1 && sigmas.contains(sigma)
  }
}
