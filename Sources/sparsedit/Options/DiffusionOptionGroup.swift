import ArgumentParser
import Foundation
import SparseditKit

/// The flags of every diffusion command, and the request options they stand for.
struct DiffusionOptionGroup: ParsableArguments {
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  func options() throws -> DiffusionOptions {
    var options = DiffusionOptions(prompt: try prompt.text())
    options.negativePrompt = prompt.negativePrompt
    options.steps = sampling.steps
    options.guidance = sampling.guidance
    options.guidanceRescale = sampling.guidanceRescale
    options.seed = sampling.seed
    options.sampler = sampling.sampler?.rawValue
    options.flowShift = sampling.flowShift
    options.sparsity = sampling.sparsity
    options.window = sampling.window
    options.overlap = sampling.overlap
    options.noiseFile = sampling.noise
    options.latentsFile = sampling.saveLatents
    options.scheduleDirectory = sampling.scheduleFrom
    options.previewFile = sampling.preview
    return options
  }
}
