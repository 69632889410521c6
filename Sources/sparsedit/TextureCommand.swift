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
  var tile: TextureTile?

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
    if image == nil, band != nil || strength != nil {
      throw ValidationError("--band and --strength are for a photograph; add --image FILE.")
    }
    if let strength, !(0...1).contains(strength) {
      throw ValidationError("--strength must be 0 to 1, found \(strength).")
    }
    if let band, !(1...4096).contains(band) {
      throw ValidationError("--band must be 1 to 4096 pixels, found \(band).")
    }
  }

  func run() throws {
    let console = EditConsole(report)
    try console.run(diffusion.model.comparing(diffusion.sampling)) { editor in
      var request = TextureRequest(options: try diffusion.options())
      try colors.fill(&request.options)
      request.image = image
      request.width = width
      request.height = height
      request.tile = axes
      request.band = band
      request.strength = strength ?? TextureRequest.defaultStrength
      request.repeats = repeats.map { ($0.columns, $0.rows) }
      return [try editor.texture(request, to: output.request(0, of: 1))]
    }
  }

  private var axes: TextureRequest.Tile {
    switch (tile, circularx, circulary) {
    case (let tile?, _, _): tile.axes
    case (nil, true, false): .x
    case (nil, false, true): .y
    default: .xy
    }
  }
}

extension TextureCommand: BatchVerb {
  var inputFiles: [String] { [image].compactMap { $0 } + diffusion.inputs + colors.inputs }
  var outputFiles: [String] {
    let path = output.request(0, of: 1).path
    return [path] + (repeats.map { [Editor.sheetPath(path, ($0.columns, $0.rows))] } ?? [])
  }
}

enum TextureTile: String, ExpressibleByArgument, CaseIterable {
  case x, y, xy

  var axes: TextureRequest.Tile {
    switch self {
    case .x: .x
    case .y: .y
    case .xy: .xy
    }
  }
}

/// Columns and rows, written `3x2`.
struct Repeats: ExpressibleByArgument {
  let columns: Int
  let rows: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...64).contains(columns),
      (1...64).contains(rows)
    else { return nil }
    self.columns = columns
    self.rows = rows
  }
}
