import ArgumentParser
import SparseditKit

struct TextureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "texture", abstract: "Make a seamless texture, or make a photograph repeat without a seam.",
    discussion: """
      Example: sparsedit texture -p "mossy cobblestones" -o stones.png --repeat 3x2

      With --image, the borders of a photograph of any size are covered by strips of its own, cut where they \
      differ least, and the model touches up the cuts; the rest keeps its samples. The report's seam ratio is \
      the gradient across the border over the mean gradient inside.
      """)

  @OptionGroup var diffusion: DiffusionOptionGroup

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "A photograph to make tileable, of any size.")
  var image: String?

  @Option(
    name: [.customShort("W"), .long], help: "Width in pixels, a multiple of 16. (default: the model's)")
  var width: Int?

  @Option(
    name: [.customShort("H"), .long], help: "Height in pixels, a multiple of 16. (default: the model's)")
  var height: Int?

  @Option(name: .long, help: "Directions in which the texture repeats: x, y or xy. (default: xy)")
  var tile: TextureRequest.Tile?

  @Flag(name: .long, help: "The same as --tile xy.")
  var circular = false

  @Flag(name: .long, help: "The same as --tile x.")
  var circularx = false

  @Flag(name: .long, help: "The same as --tile y.")
  var circulary = false

  @Option(
    name: .long,
    help: "Pixels along a photograph's borders that may change. (default: an eighth of its shorter side)")
  var band: Int?

  @Option(
    name: .long,
    help:
      "Noise level from which a photograph's cuts are repainted: 0 not at all, 1 the whole band from nothing. (default: 0.3)"
  )
  var strength: Float?

  @Option(
    name: .customLong("repeat"),
    help: "Also write so many repeats, columns x rows, such as 3x2, beside the texture.")
  var repeats: Repeats?

  @OptionGroup(title: "Colours") var colors: ColorReferenceOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
    if [tile != nil, circular, circularx || circulary].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --tile, --circular, or --circularx and --circulary.")
    }
    if image == nil { try diffusion.prompt.require() }
    try validateRequest()
  }

  func run() throws {
    try EditConsole(report).run(
      completeRequest(), model: diffusion.model.comparing(diffusion.sampling), to: destination)
  }

  private var axes: TextureRequest.Tile {
    switch (tile, circularx, circulary) {
    case (let tile?, _, _): tile
    case (nil, true, false): .x
    case (nil, false, true): .y
    default: .xy
    }
  }
}

extension TextureCommand: EditCommand {
  var request: TextureRequest {
    var request = TextureRequest()
    diffusion.fill(&request)
    request.image = image.map { InputFile($0) }
    (request.width, request.height) = (width, height)
    request.tile = axes
    request.band = band
    request.strength = strength
    request.colorReference = colors.reference
    return request
  }

  var promptOptions: PromptOptions? { diffusion.prompt }
  func destination(_ index: Int) -> OutputRequest {
    var output = output.request(0, of: 1, diffusion.sampling)
    output.repeats = repeats?.repeats
    return output
  }

  var outputFiles: [String] {
    let output = destination(0)
    return [output.path] + [output.sheetPath].compactMap(\.self)
  }
}

/// Columns and rows, written `3x2`.
struct Repeats: ExpressibleByArgument {
  let repeats: OutputRequest.Repeats

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...64).contains(columns),
      (1...64).contains(rows)
    else { return nil }
    repeats = OutputRequest.Repeats(columns: columns, rows: rows)
  }
}
