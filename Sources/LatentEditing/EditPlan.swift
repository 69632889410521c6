package import Images
package import Schedulers
package import Tensors

/// Everything that decides an edit, apart from the networks and the prompts.
///
/// Every verb is a way to fill one in; `LatentEditor` runs them all alike.
package struct EditPlan: Sendable {
  package var canvas: Canvas
  /// Latents of the picture to edit, (channels, height, width); nil to make one from nothing.
  package var source: Tensor?
  /// How far each latent cell may change, row by row: a cell of value v is edited from noise level v on, so 1 is
  /// free and 0 stays the source (Differential Diffusion, arXiv 2306.00950). Nil is 1 everywhere. Cells of one
  /// patch share a value.
  package var changeMap: Mask?
  /// What the model sees at once; where windows overlap their predictions are averaged by weight at every step
  /// (MultiDiffusion, arXiv 2302.08113).
  package var windows: [EditWindow]
  /// Noise level the edit starts from, after shift: over 0 and at most 1. Without a source it is 1.
  package var strength: Float
  package var scheduler: SchedulerConfiguration
  package var steps: Int
  package var guidance: Guidance
  /// Noise level from which on the model is shown the source as it is in cells that may not change yet, and not
  /// under the step's noise: 0 for a model that was not trained on holes in clean pictures; at 1 what surrounds a
  /// hole decides what fills it, below that the prompt has the first word.
  package var cleanContext: Float
  /// Share of attention score blocks that may be left out, 0...1.
  package var sparsity: Float
  /// What the mask leaves alone goes through the network at every `reuse`th step only; in between, the rest attends
  /// to what was kept of it. 1 is exact.
  package var reuse: Int
  package var noise: NoiseField
  /// Moves the windows round a canvas that wraps by a random offset at each step, so that no place is special.
  package var rollsEachStep: Bool
  /// Holds the coarse colours of each window's prediction to the source's; nil leaves them to the model.
  package var lowBand: LowBandAnchor?

  /// A plan with one window over the whole canvas and no source.
  package init(canvas: Canvas, scheduler: SchedulerConfiguration, steps: Int, seed: UInt64) {
    self.canvas = canvas
    self.scheduler = scheduler
    self.steps = steps
    windows = [EditWindow(rect: canvas.bounds)]
    strength = 1
    guidance = .off
    cleanContext = 0
    sparsity = 0
    reuse = 1
    noise = NoiseField(seed: seed)
    rollsEachStep = false
  }
}
