import ArgumentParser
import SparseditKit

struct UpscaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upscale", abstract: "Enlarge a picture and add detail that it does not have.",
    discussion: """
      Example: sparsedit upscale -i wall.jpg -o wall-4x.png --scale 4 -p "mossy stone wall"

      The picture is enlarged, noised to --strength and denoised in overlapping windows on one noise field. What \
      the source shows is kept: the result, shrunk again, is the source. A prompt helps but is not needed.

      Memory follows the width of the result, not its area: the state of the work, 3 bytes a pixel (9 with the \
      unipc sampler), lies in a file beside the output, OUTPUT.state. After an interruption of any kind, the same \
      command with --resume goes on from it and ends with the same bytes.
      """)

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @Option(name: .long, help: "So many times the width and height, over 1 to 16. (default: 2)")
  var scale: Double?

  @Option(
    name: [.customShort("W"), .long], help: "Width in pixels; without --height, that follows in proportion.")
  var width: Int?

  @Option(
    name: [.customShort("H"), .long], help: "Height in pixels; without --width, that follows in proportion.")
  var height: Int?

  @Option(
    name: .long,
    help: "Noise level the edit starts from, over 0 to 1: 0.3 to 0.4 adds detail, more invents.")
  var strength = UpscaleRequest().strength

  @Option(
    name: .long,
    help: "Size, in pixels of the source, of what may be drawn anew; 1 keeps all that the source shows.")
  var detail = UpscaleRequest().detail

  @Flag(name: .long, help: "Go on with an interrupted run, if its state lies beside the output.")
  var resume = false

  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Prompt") var negative: NegativePromptOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws { try validateRequest() }

  func run() throws {
    try EditConsole(report).run(completeRequest(), model: model.comparing(sampling), to: destination)
  }
}

extension UpscaleCommand: EditCommand {
  var request: UpscaleRequest {
    var request = UpscaleRequest()
    request.image = InputFile(image)
    (request.scale, request.width, request.height) = (scale, width, height)
    request.prompt = prompt.prompt ?? ""
    request.negativePrompt = negative.negativePrompt
    sampling.fill(&request)
    request.strength = strength
    request.detail = detail
    return request
  }

  var promptOptions: PromptOptions? { prompt }
  func destination(_ index: Int) -> OutputRequest {
    var output = output.request(0, of: 1, sampling)
    output.resumes = resume
    return output
  }
}
