package import Tensors

/// A network that predicts the velocity of noisy latents: a diffusion transformer, or a formula in a test.
///
/// `mutating` because a network may keep what it learns from one step for the next, such as attention maps;
/// a class conforms without the word.
package protocol Denoiser {
  /// What a prompt becomes for this network.
  associatedtype Conditioning: Sendable

  /// Latent channels in and out.
  var latentChannels: Int { get }
  /// Side of a token in latent cells: windows are multiples of it.
  var patch: Int { get }

  /// One forward over a batch of independent inputs, which may differ in size and in prompt length.
  ///
  /// - Returns: one velocity an input, in order and of the input's shape, `v = noise - x0` for
  ///   `x = (1 - sigma) x0 + sigma noise`.
  /// - Throws: `CancellationError` when `step.cancellation` asks for it; looked at before every block.
  mutating func velocities(
    of batch: [DenoiserInput<Conditioning>], at step: DenoiserStep
  ) throws -> DenoiserOutput
}

/// One window under one prompt.
package struct DenoiserInput<Conditioning: Sendable>: Sendable {
  /// (channels, height, width).
  package let latents: Tensor
  package let conditioning: Conditioning
  /// Whether this is the prompt or what guidance leads away from.
  package let branch: GuidanceBranch
  /// Index of the window in the plan: the same place of the picture from step to step unless the canvas rolls.
  package let window: Int
  /// Where the window lies on the canvas at this step.
  package let rect: CellRect
  /// Axes on which the window's own edges meet.
  package let wrap: Wrap
  /// For each cell, row by row, whether this step may change it; nil if it may change all.
  package let active: [Bool]?

  package init(
    latents: Tensor, conditioning: Conditioning, branch: GuidanceBranch, window: Int, rect: CellRect,
    wrap: Wrap, active: [Bool]?
  ) {
    self.latents = latents
    self.conditioning = conditioning
    self.branch = branch
    self.window = window
    self.rect = rect
    self.wrap = wrap
    self.active = active
  }
}

/// The two sides of classifier-free guidance.
package enum GuidanceBranch: String, Sendable {
  case conditional, unconditional
}

/// Where in the run a forward stands.
package struct DenoiserStep: Sendable {
  package let index: Int
  package let count: Int
  /// Noise level, 1 is pure noise.
  package let sigma: Float
  /// What the model is told as time, 0 to 1000.
  package let timestep: Float
  /// Share of attention score blocks that may be left out, 0 is exact.
  package let sparsity: Float
  /// Cells that may not change are computed at every `reuse`th step only; 1 is exact.
  package let reuse: Int
  package let cancellation: CancellationFlag

  package init(
    index: Int, count: Int, sigma: Float, timestep: Float, sparsity: Float, reuse: Int = 1,
    cancellation: CancellationFlag
  ) {
    self.index = index
    self.count = count
    self.sigma = sigma
    self.timestep = timestep
    self.sparsity = sparsity
    self.reuse = reuse
    self.cancellation = cancellation
  }
}

/// What a forward answers.
package struct DenoiserOutput: Sendable {
  package var velocities: [Tensor]
  package var cost: DenoiserCost

  package init(velocities: [Tensor], cost: DenoiserCost = DenoiserCost()) {
    self.velocities = velocities
    self.cost = cost
  }
}
