import ArgumentParser
import SparseditKit

/// The flags of every diffusion command.
struct DiffusionOptionGroup: ParsableArguments {
  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Prompt") var negative: NegativePromptOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  /// Puts what the flags say into a request, but for a prompt in a file.
  func fill(_ request: inout some DiffusionRequest) {
    request.prompt = prompt.prompt ?? ""
    request.negativePrompt = negative.negativePrompt
    sampling.fill(&request)
  }
}
