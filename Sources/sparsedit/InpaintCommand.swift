import ArgumentParser
import SparseditKit

struct InpaintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inpaint", abstract: "Repaint a region of a picture; every other pixel stays what it was.",
    discussion: """
      Example: sparsedit inpaint -i wall.jpg --mask hole.png -p "mossy stone wall" -o wall.png

      The mask has the picture's size; white is repainted. Pixels where the mask is black keep the source's \
      exact samples, at its bit depth and in its colour profile, in PNG and TIFF output.
      """)

  @OptionGroup var diffusion: DiffusionOptionGroup

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @OptionGroup(title: "Mask") var mask: MaskOptions

  @Option(name: .long, help: "Noise level the edit starts from, over 0 to 1; 1 repaints freely.")
  var strength: Float = 1

  @Flag(name: .long, help: "Edit the whole picture instead of a crop around the mask.")
  var wholePicture = false

  @Option(name: .long, help: "Pixels of context around the mask. (default: 32 or 6 %, whichever is more)")
  var context: Int?

  @Option(name: .long, help: "How the region meets the rest: feather or poisson.")
  var seam: SeamChoice = .feather

  @Flag(name: .long, help: "Leave the result's colours as the model made them.")
  var noColorMatch = false

  @Option(
    name: [.customShort("b"), .customLong("batch-count"), .customLong("count")],
    help: "How many versions to make, with seeds counting up.")
  var count = 1

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
    guard strength > 0, strength <= 1 else {
      throw ValidationError("--strength must be over 0 and at most 1, found \(strength).")
    }
    if let context, !(0...8192).contains(context) {
      throw ValidationError("--context must be 0 to 8192 pixels, found \(context).")
    }
    guard (1...100_000).contains(count) else {
      throw ValidationError("--batch-count must be 1 to 100000, found \(count).")
    }
  }

  func run() throws {
    let console = EditConsole(report)
    try console.run(diffusion.model) { editor in
      var request = InpaintRequest(image: image, mask: mask.mask, options: try diffusion.options())
      request.invertsMask = mask.invertMask
      request.maskGrow = mask.maskGrow
      request.maskFeather = mask.maskFeather
      request.strength = strength
      request.wholePicture = wholePicture
      request.context = context
      request.seam = seam.choice
      request.matchesColor = !noColorMatch
      request.options.seed = editor.drawnSeed(request.options.seed)
      return try (0..<count).map { index in
        var item = request
        item.options.seed = request.options.seed &+ Int64(index)
        item.options.latentsFile = request.options.latentsFile.map { NumberedPath($0).path(index, of: count) }
        return try editor.inpaint(item, to: output.request(index, of: count))
      }
    }
  }
}

enum SeamChoice: String, ExpressibleByArgument, CaseIterable {
  case feather, poisson

  var choice: InpaintRequest.Seam { self == .feather ? .feather : .poisson }
}
