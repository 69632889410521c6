import ArgumentParser
import SparseditKit

struct UpscaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upscale", abstract: "Enlarge a picture and add detail that it does not have.",
    discussion: """
      Examples:
        sparsedit upscale -i wall.jpg -o wall-4x.png --scale 4
        sparsedit upscale -i scan.tif -o scan-2x.tif --faithful
        sparsedit upscale -i wall.jpg -o wall-4x.png --scale 4 --refine 0.35 -p "mossy stone wall"

      A small network enlarges the picture; --faithful holds the result to it: shrunk again, it is the picture. \
      --upscale-model takes another network. --refine has the \
      model draw over that at low noise, in overlapping windows; what is coarser than a pixel of the source stays.

      Memory follows the width of the result, not its area. With --refine, the state of the work, 3 bytes a pixel (9 \
      with the unipc sampler), lies in a file beside the output, OUTPUT.state. After an interruption of any kind, the \
      same command with --resume goes on from it and ends with the same bytes.
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

  @Flag(name: .long, help: "Draw nothing that the picture does not say.")
  var faithful = false

  @Option(
    name: .long,
    help: """
      The network that enlarges: ESRGAN, Real-ESRGAN, SRVGGNetCompact or SPAN, safetensors, .pth or .pt. (default: the \
      bundled one)
      """)
  var upscaleModel: String?

  @Option(
    name: [.customLong("refine"), .customLong("strength")],
    help: "Noise level from which the model draws over the enlarged picture, 0 to 1; 0 leaves that out.")
  var refine: Float = 0

  @Option(name: .long, help: "Directions in which the picture repeats: x, y or xy. (default: none)")
  var tile: TextureRequest.Tile?

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
    request.upscaleModel = upscaleModel.map { InputFile($0) }
    request.faithful = faithful
    request.refine = refine
    request.tile = tile
    return request
  }

  var promptOptions: PromptOptions? { prompt }
  func destination(_ index: Int) -> OutputRequest {
    var output = output.request(0, of: 1, sampling)
    output.resumes = resume
    return output
  }
}
