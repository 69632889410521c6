package import Schedulers
package import Tensors

/// What a request says about sampling; nil leaves it to the model.
package struct DiffusionSettings: Sendable {
  package var prompt: String
  package var negativePrompt = ""
  package var steps: Int?
  package var guidance: Float?
  package var guidanceRescale: Float?
  package var cleanContext: Float?
  package var seed: UInt64 = 42
  package var sampler: SamplingMethod?
  package var flowShift: Float?
  package var sparsity: Float?
  /// Steps from one forward of all tokens to the next in masked edits; 0 and 1 are exact.
  package var reuse: Int?
  /// Pixels.
  package var window: Int?
  package var overlap: Int?
  /// In place of the seed's noise.
  package var noise: GivenNoise?
  /// In place of the model's.
  package var scheduler: SchedulerConfiguration?

  package init(prompt: String) {
    self.prompt = prompt
  }

  /// Noise from a file: the initial one and that of each step.
  package struct GivenNoise: Sendable {
    package var initial: Tensor?
    package var fresh: [Tensor]?

    package init(initial: Tensor?, fresh: [Tensor]?) {
      self.initial = initial
      self.fresh = fresh
    }
  }
}
