import ArgumentParser
import SparseditKit

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Make a picture from a prompt.",
    discussion: "Example: sparsedit generate -p \"mossy cobblestones\" -o stones.png")

  @OptionGroup var diffusion: DiffusionOptionGroup

  @Option(
    name: [.customShort("W"), .long], help: "Width in pixels, a multiple of 16. (default: the model's)")
  var width: Int?

  @Option(
    name: [.customShort("H"), .long], help: "Height in pixels, a multiple of 16. (default: the model's)")
  var height: Int?

  @Option(
    name: [.customShort("b"), .customLong("batch-count"), .customLong("count")],
    help: "How many pictures to make, with seeds counting up.")
  var count = 1

  @OptionGroup(title: "Colours") var colors: ColorHoldOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
    try diffusion.prompt.require()
    try Versions.validate(count)
    try validateRequest()
  }

  func run() throws {
    try EditConsole(report).run(
      completeRequest(), model: diffusion.model.comparing(diffusion.sampling), count: count,
      matchesFirst: colors.matchColor,
      to: destination)
  }
}

extension GenerateCommand: EditCommand {
  var request: GenerateRequest {
    var request = GenerateRequest()
    diffusion.fill(&request)
    (request.width, request.height) = (width, height)
    request.colorReference = colors.reference.reference
    return request
  }

  var promptOptions: PromptOptions? { diffusion.prompt }
  func destination(_ index: Int) -> OutputRequest { output.request(index, of: count, diffusion.sampling) }
  var outputFiles: [String] { (0..<count).map { destination($0).path } }
  var pictures: [String] { outputFiles }
}
