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
    guard (1...100_000).contains(count) else {
      throw ValidationError("--batch-count must be 1 to 100000, found \(count).")
    }
  }

  func run() throws {
    let console = EditConsole(report)
    try console.run(diffusion.model.comparing(diffusion.sampling)) { editor in
      var request = GenerateRequest(options: try diffusion.options(), width: width, height: height)
      request.options.seed = editor.drawnSeed(request.options.seed)
      try colors.fill(&request.options)
      return try (0..<count).map { index in
        var item = request
        item.options.seed = request.options.seed &+ Int64(index)
        item.options.latentsFile = request.options.latentsFile.map { NumberedPath($0).path(index, of: count) }
        return try editor.generate(item, to: output.request(index, of: count))
      }
    }
  }
}

extension GenerateCommand: BatchVerb {
  var inputFiles: [String] { diffusion.inputs + colors.reference.inputs }
  var outputFiles: [String] { (0..<count).map { output.request($0, of: count).path } }
  var pictures: [String] { outputFiles }
}
