package import LatentEditing
package import Schedulers
package import Tensors

/// What a run of the model is asked for: words, how to sample, and where its noise comes from.
package struct DiffusionSettings: Sendable {
  package var prompt: String
  package var negativePrompt = ""
  package var seed: UInt64 = 42
  package var sampling = SamplingSettings()
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
