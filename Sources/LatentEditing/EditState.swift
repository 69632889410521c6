package import Tensors

/// All that a run has made so far: what must be kept to go on with it later.
package struct EditState: Sendable {
  package let stepsTaken: Int
  /// (channels, height, width).
  package let latents: Tensor
  /// What the sampler remembers, each of the latents' shape.
  package let history: [Tensor]
  package let cost: DenoiserCost

  package init(stepsTaken: Int, latents: Tensor, history: [Tensor], cost: DenoiserCost = DenoiserCost()) {
    self.stepsTaken = stepsTaken
    self.latents = latents
    self.history = history
    self.cost = cost
  }
}
