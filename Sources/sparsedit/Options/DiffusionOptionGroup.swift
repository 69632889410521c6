import ArgumentParser
import Foundation
import SparseditKit

/// The flags of every diffusion command, and the request options they stand for.
struct DiffusionOptionGroup: ParsableArguments {
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Prompt") var negative: NegativePromptOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  /// The files that are read, the model's apart.
  var inputs: [String] { [prompt.promptFile].compactMap { $0 } + sampling.inputs }

  func validate() throws { try prompt.require() }

  func options() throws -> DiffusionOptions {
    sampling.options(prompt: try prompt.text(), negativePrompt: negative.negativePrompt)
  }
}

extension SamplingOptions {
  /// The files that are read.
  var inputs: [String] { [noise, scheduleFrom.map { "\($0)/scheduler_config.json" }].compactMap { $0 } }

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
    options.colorHold = CommandHost.batch?.colorHold
    return options
  }
}
