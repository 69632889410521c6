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
    transform: { try text($0, as: PictureMargins.self) })
  var extend: PictureMargins?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A prompt for one colour of the mask; may be repeated. White is --prompt's.", valueName: "rrggbb=prompt"
    ),
    transform: { try text($0, as: RegionPrompt.self) })
  var region: [RegionPrompt] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the region holds before the first step: patch, border, blur, neutral, mirror, noise or original.",
      discussion:
        "patch copies pieces of the surroundings; without a prompt they are what is shown in the end, in large regions "
        + "chosen by what the model paints there, and with --steps 0 no model is asked. (default: patch without a prompt "
        + "and with --extend, else mirror at full strength and original below)"))
  var fill: InpaintRequest.Fill?

  @Option(
    name: .long,
    help:
      "Noise level the edit starts from, over 0 to 1; 1 repaints freely. (default: 1; 0.6 with --extend and a prompt; 0.6 to 0.9 with --fill)"
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
  var seam: InpaintRequest.Seam?

  @Flag(name: .long, help: "Leave the result's colours as the model made them.")
  var noColorMatch = false

  @Option(
    name: [.customShort("b"), .customLong("batch-count"), .customLong("count")],
    help: "How many versions to make, with seeds counting up.")
  var count = 1

  @OptionGroup(title: "Colours") var colors: ColorHoldOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func validate() throws {
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

extension InpaintCommand: EditCommand {
  var request: InpaintRequest {
    var request = InpaintRequest(image: InputFile(image), mask: mask.mask.map { InputFile($0) })
    diffusion.fill(&request)
    request.invertMask = mask.invertMask
    request.maskGrow = mask.maskGrow
    request.maskFeather = mask.maskFeather
    request.fill = fill
    request.strength = strength
    request.wholePicture = wholePicture
    request.oneCrop = oneCrop
    request.extend = extend
    request.region = region
    request.context = context
    request.seam = seam
    request.colorMatch = !noColorMatch
    request.sampling.reuse = reuse.reuse
    request.sampling.cleanContext = cleanContext
    request.colorReference = colors.reference.reference
    return request
  }

  var promptOptions: PromptOptions? { diffusion.prompt }
  func destination(_ index: Int) -> OutputRequest { output.request(index, of: count, diffusion.sampling) }
  var outputFiles: [String] { (0..<count).map { destination($0).path } }
  var pictures: [String] { outputFiles }
}
