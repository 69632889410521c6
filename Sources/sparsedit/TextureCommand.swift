import ArgumentParser
import SparseditKit

struct TextureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "texture", abstract: "Make a seamless texture, or make a photograph repeat without a seam.",
    discussion: """
      Example: sparsedit texture -p "mossy cobblestones" -o stones.png --repeat 3x2

      With --image, a band along the borders of the photograph is repainted until they meet; the rest keeps \
      its samples. The report's seam ratio is the gradient across the border over the mean gradient inside.
      """)

  @OptionGroup var diffusion: DiffusionOptionGroup

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "A photograph to make tileable, with sides that are multiples of 16.")
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
    help: "Pixels along a photograph's borders to repaint. (default: an eighth of its shorter side)")
  var band: Int?

  @Option(
    name: .customLong("repeat"),
    help: "Also write so many repeats, columns x rows, such as 3x2, beside the texture.")
  var repeats: Repeats?

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
    if [tile != nil, circular, circularx || circulary].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --tile, --circular, or --circularx and --circulary.")
    }
    if let band, !(1...4096).contains(band) {
      throw ValidationError("--band must be 1 to 4096 pixels, found \(band).")
    }
  }

  func run() throws {
    let console = EditConsole(report)
    try console.run(diffusion.model) { editor in
      var request = TextureRequest(options: try diffusion.options())
      request.image = image
      request.width = width
      request.height = height
      request.tile = axes
      request.band = band
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
