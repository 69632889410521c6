import ArgumentParser
import Foundation
import SparseditKit

/// The flags of every diffusion command, and the request options they stand for.
struct DiffusionOptionGroup: ParsableArguments {
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  func validate() throws { try prompt.require() }

  func options() throws -> DiffusionOptions {
    sampling.options(prompt: try prompt.text(), negativePrompt: prompt.negativePrompt)
  }
}

extension SamplingOptions {
  func options(prompt: String, negativePrompt: String) -> DiffusionOptions {
    var options = DiffusionOptions(prompt: prompt)
    options.negativePrompt = negativePrompt
    options.steps = steps
    options.guidance = guidance
    options.guidanceRescale = guidanceRescale
    options.seed = seed
    options.sampler = sampler?.rawValue
    options.flowShift = flowShift
    options.sparsity = sparsity
    options.window = window
    options.overlap = overlap
    options.noiseFile = noise
    options.latentsFile = saveLatents
    options.scheduleDirectory = scheduleFrom
    options.previewFile = preview
    return options
  }
}
