import ArgumentParser
import SparseditKit

struct MapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps", abstract: "Estimate height, normal, roughness and occlusion maps from a texture.",
    discussion: """
      Example: sparsedit maps -i stone.png -o 'stone-{map}.png' --normal-y down

      The maps repeat as the texture does. They are estimates from one picture: dark is taken for deep, fine \
      contrast for roughness, so paint and stains come out as relief, and the scale of height is unknown.
      """)

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The texture: PNG, JPEG or TIFF.")
  var image: String

  @Option(
    name: .shortAndLong,
    help:
      "Where the maps go; {map} stands for height, normal, roughness and occlusion, else that is added to the name."
  )
  var output: String

  @Option(name: .long, help: "Directions in which the texture repeats: x, y, xy or none.")
  var tile: TileChoice = .xy

  @Flag(name: .long, help: "Replace existing files, the input included.")
  var overwrite = false

  @OptionGroup(title: "Maps") var maps: TextureMapOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func run() throws {
    let console = ToolConsole(report)
    let result = try PictureTools.makeTextureMaps(request(), cancellation: Interrupt.cancellation)
    try console.finish(
      result, notices: result.notices,
      summary: result.outputs.sorted { $0.key < $1.key }.map {
        "\($0.value): \(result.width) x \(result.height)"
      }
      .joined(separator: "\n"))
  }

  func request() -> TextureMapRequest {
    var request = TextureMapRequest(image: image, output: output)
    request.axes = tile.axes
    request.overwrites = overwrite
    maps.fill(&request)
    return request
  }
}

extension MapsCommand: BatchVerb {
  var inputFiles: [String] { [image] }
  var outputFiles: [String] {
    let request = request()
    return request.kinds.map { request.path(of: $0) }
  }
}

enum TileChoice: String, ExpressibleByArgument, CaseIterable {
  case x, y, xy, none

  var axes: TextureMapRequest.Axes { .init(rawValue: rawValue) ?? .xy }
}
