import ArgumentParser
import SparseditKit

struct BackgroundCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "background", abstract: "Cut the foreground out and put it over another background.",
    discussion: """
      Examples:
        sparsedit background -i dog.jpg --rectangle 40,20,300,260 -p "a meadow in the morning" -o dog.png
        sparsedit background -i dog.jpg --trimap trimap.png --transparent -o dog.png --matte-output matte.png

      The foreground is told by one of --foreground, --mask, --trimap, --rectangle, --scribbles or --own-alpha; \
      without any, by the picture's own alpha channel. The new background is one of --prompt, --background, \
      --background-color or --transparent. Where the foreground covers a pixel entirely and --harmonize is not \
      asked for, the source's exact samples are kept, at its bit depth and in its colour profile, in PNG and TIFF \
      output. Without --prompt no model is opened.
      """)

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @OptionGroup(title: "Foreground") var foreground: ForegroundOptions
  @OptionGroup(title: "New background") var background: BackgroundOptions

  @Option(name: .long, help: "Move the foreground's tone towards the new background, 0 to 1.")
  var harmonize: Float = 0

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Sampling") var reuse: ReuseOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @OptionGroup(title: "Colours") var colors: ColorReferenceOptions

  @Option(name: .long, help: "Also write the matte, a grey picture of 16 bits (.png, .tif).")
  var matteOutput: String?

  @Option(name: .long, help: "Also write the foreground with alpha (.png, .tif).")
  var cutoutOutput: String?

  @Flag(
    name: .long,
    help: "Multiply a cut-out's colours by alpha: associated alpha in TIFF; PNG has no mark for it.")
  var premultiplied = false

  @Option(
    name: .long, help: "Also write the clean plate: the old background, filled in behind the foreground.")
  var plateOutput: String?

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
    if colors.colorReference != nil, background.prompt == nil {
      throw ValidationError("--color-reference holds the colours of what --prompt paints; add --prompt.")
    }
    if premultiplied, !background.transparent, cutoutOutput == nil {
      throw ValidationError("--premultiplied is for cut-outs: add --transparent or --cutout-output.")
    }
    try validateRequest()
  }

  func run() throws {
    let console = EditConsole(report)
    if background.prompt == nil, !paintingFlags.isEmpty {
      let flags = paintingFlags.joined(separator: ", ")
      console.note("nothing is painted without --prompt: no effect of \(flags).")
    }
    try console.run(request, model: model.comparing(sampling), to: destination)
  }
}

extension BackgroundCommand {
  /// The flags given that say how a model paints; the seed, which has a default, apart.
  private var paintingFlags: [String] {
    let flags = [
      "--negative-prompt": !background.negative.negativePrompt.isEmpty, "--steps": sampling.steps != nil,
      "--cfg-scale": sampling.guidance != nil, "--guidance-rescale": sampling.guidanceRescale != nil,
      "--sampling-method": sampling.sampler != nil, "--flow-shift": sampling.flowShift != nil,
      "--sparsity": sampling.sparsity != nil, "--window": sampling.window != nil,
      "--overlap": sampling.overlap != nil, "--preview": sampling.preview != nil,
      "--noise": sampling.noise != nil, "--save-latents": sampling.saveLatents != nil,
      "--schedule-from": sampling.scheduleFrom != nil, "--reuse": reuse.reuse != nil,
      "--lora": !model.adapters.lora.isEmpty,
    ]
    return flags.filter(\.value).keys.sorted()
  }
}

extension BackgroundCommand: EditCommand {
  var request: BackgroundRequest {
    var request = BackgroundRequest(image: InputFile(image))
    foreground.fill(&request)
    background.fill(&request)
    request.harmonize = harmonize
    request.premultiplied = premultiplied
    if background.prompt != nil {
      sampling.fill(&request)
      request.sampling.reuse = reuse.reuse
      request.colorReference = colors.reference
    }
    return request
  }

  func destination(_ index: Int) -> OutputRequest {
    var output =
      background.prompt == nil ? output.request(0, of: 1) : output.request(0, of: 1, sampling)
    (output.matte, output.cutOut, output.plate) = (matteOutput, cutoutOutput, plateOutput)
    return output
  }

  var outputFiles: [String] {
    [destination(0).path] + [matteOutput, cutoutOutput, plateOutput].compactMap(\.self)
  }
}
