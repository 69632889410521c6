import ArgumentParser
import SparseditKit

struct SelectionOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Select this too; may be repeated.", valueName: "selection"),
    transform: MaskSelection.init(parsing:))
  var add: [MaskSelection] = []

  @Option(
    name: .long, help: ArgumentHelp("Keep only what is in this as well.", valueName: "selection"),
    transform: MaskSelection.init(parsing:))
  var intersect: [MaskSelection] = []

  @Option(
    name: .long, help: ArgumentHelp("Leave this out.", valueName: "selection"),
    transform: MaskSelection.init(parsing:))
  var subtract: [MaskSelection] = []

  @Option(
    name: .long, help: ArgumentHelp("Swap selected and not selected in this.", valueName: "selection"),
    transform: MaskSelection.init(parsing:))
  var difference: [MaskSelection] = []

  func fill(_ request: inout MaskRequest) {
    request.additions = add
    request.intersections = intersect
    request.subtractions = subtract
    request.differences = difference
  }
}

struct MaskShapingOptions: ParsableArguments {
  @Option(name: .long, help: "Make the mask hard: white from this value upwards, over 0 to 1.")
  var threshold: Float?

  @Option(name: .long, help: "Enlarge it by this many pixels.")
  var grow: Float = 0

  @Option(name: .long, help: "Then shrink it by this many; the same number as --grow closes holes.")
  var shrink: Float = 0

  @Option(name: .long, help: "Fade it out over this many pixels, inwards.")
  var feather: Float = 0

  @Flag(name: [.long, .customLong("invert-mask")], help: "Swap black and white in the end.")
  var invert = false

  func fill(_ request: inout MaskRequest) {
    request.threshold = threshold
    request.grow = grow
    request.shrink = shrink
    request.feather = feather
    request.inverts = invert
  }
}

struct MaskOutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The mask to write: .png or .tif.")
  var output: String

  @Flag(name: .long, help: "Replace an existing file, an input included.")
  var overwrite = false

  var request: OutputRequest {
    var request = OutputRequest(output)
    request.overwrites = overwrite
    return request
  }
}
