import ArgumentParser
import SparseditKit

struct InpaintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inpaint", abstract: "Repaint a region of a picture; every other pixel stays what it was.",
    discussion: """
      Example: sparsedit inpaint -i wall.jpg --mask hole.png -p "mossy stone wall" -o wall.png

      The mask has the picture's size; white is repainted. Pixels where the mask is black keep the source's \
      exact samples, at its bit depth and in its colour profile, in PNG and TIFF output. Parts of the mask that \
      are far apart are repainted one by one; grey paints less than white: the darker, the later it may change.

      --extend left=128,top=64 paints new picture around the old one, whose samples stay. --region \
      ff0000='red bricks' gives the red part of a mask in colours a prompt of its own; it may be repeated.
      """)

  @OptionGroup var diffusion: DiffusionOptionGroup
  @OptionGroup(title: "Sampling") var reuse: ReuseOptions

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @OptionGroup(title: "Mask") var mask: MaskOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Paint around the picture: pixels on each side, as left=128,top=64,right=0,bottom=0 or all=64.",
      valueName: "sides"),
    transform: Self.margins)
  var extend: PictureMargins?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A prompt for one colour of the mask; may be repeated. White is --prompt's.", valueName: "rrggbb=prompt"
    ),
    transform: Self.region)
  var region: [RegionPrompt] = []

  @Option(
    name: .long,
    help:
      "Noise level the edit starts from, over 0 to 1; 1 repaints freely. (default: 1, or 0.7 with --extend alone)"
  )
  var strength: Float?

  @Flag(name: .long, help: "Edit the whole picture instead of a crop around the mask.")
  var wholePicture = false

  @Flag(name: .long, help: "Show the model all parts of the mask in one crop, however far apart.")
  var oneCrop = false

  @Option(name: .long, help: "Pixels of context around the mask. (default: 32 or 6 %, whichever is more)")
  var context: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Noise level, 0 to 1, from which on the model sees what surrounds the region as it is.",
      discussion:
        "At 1 the surroundings decide what fills the region, and guidance is 2 at most unless you say otherwise; at 0 the "
        + "prompt does. Only a model that was trained "
        + "on holes in pictures, as the bundled one was, makes sense of more than 0. (default: the model's; 1 "
        + "without a prompt)"))
  var cleanContext: Float?

  @Option(
    name: .long,
    help:
      "How the region meets the rest: feather or poisson. (default: feather; poisson, unfeathered, without a prompt)"
  )
  var seam: SeamChoice?

  @Flag(name: .long, help: "Leave the result's colours as the model made them.")
  var noColorMatch = false

  @Option(
    name: [.customShort("b"), .customLong("batch-count"), .customLong("count")],
    help: "How many versions to make, with seeds counting up.")
  var count = 1

  @OptionGroup(title: "Colours") var colors: ColorHoldOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  private static func margins(_ text: String) throws -> PictureMargins {
    if let margins = PictureMargins(text) { return margins }
    throw ValidationError(
      "expected sides and pixels up to \(PictureMargins.largest), such as left=128,top=64, found '\(text)'.")
  }

  private static func region(_ text: String) throws -> RegionPrompt {
    if let region = RegionPrompt(text) { return region }
    throw ValidationError(
      "expected a colour, no grey, and a prompt, such as ff0000='red bricks', found '\(text)'.")
  }

  func validate() throws {
    if let strength, !(strength > 0 && strength <= 1) {
      throw ValidationError("--strength must be over 0 and at most 1, found \(strength).")
    }
    if let context, !(0...8192).contains(context) {
      throw ValidationError("--context must be 0 to 8192 pixels, found \(context).")
    }
    if let cleanContext, !(0...1).contains(cleanContext) {
      throw ValidationError("--clean-context must be 0 to 1, found \(cleanContext).")
    }
    guard (1...100_000).contains(count) else {
      throw ValidationError("--batch-count must be 1 to 100000, found \(count).")
    }
  }

  func run() throws {
    let console = EditConsole(report)
    try console.run(diffusion.model.comparing(diffusion.sampling)) { editor in
      var request = InpaintRequest(image: image, mask: mask.mask, options: try diffusion.options())
      request.invertsMask = mask.invertMask
      request.maskGrow = mask.maskGrow
      request.maskFeather = mask.maskFeather
      request.strength =
        strength ?? (extend != nil && mask.mask == nil ? InpaintRequest.extendingStrength : 1)
      request.wholePicture = wholePicture
      request.joinsRegions = oneCrop
      request.extend = extend ?? .none
      request.regions = region
      request.context = context
      request.cleanContext = cleanContext
      request.seam = seam?.choice
      request.matchesColor = !noColorMatch
      request.options.reuse = reuse.reuse
      request.options.seed = editor.drawnSeed(request.options.seed)
      try colors.fill(&request.options)
      return try (0..<count).map { index in
        var item = request
        item.options.seed = request.options.seed &+ Int64(index)
        item.options.latentsFile = request.options.latentsFile.map { NumberedPath($0).path(index, of: count) }
        return try editor.inpaint(item, to: output.request(index, of: count))
      }
    }
  }
}

extension InpaintCommand: BatchVerb {
  var inputFiles: [String] {
    [image] + [mask.mask].compactMap { $0 } + diffusion.inputs + colors.reference.inputs
  }
  var outputFiles: [String] { (0..<count).map { output.request($0, of: count).path } }
  var pictures: [String] { outputFiles }
}

enum SeamChoice: String, ExpressibleByArgument, CaseIterable {
  case feather, poisson

  var choice: InpaintRequest.Seam { self == .feather ? .feather : .poisson }
}
