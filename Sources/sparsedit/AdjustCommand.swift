import ArgumentParser
import SparseditKit

struct AdjustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjust", abstract: "Grade a picture at its full depth, everywhere or under a mask.",
    discussion: """
      Example: sparsedit adjust -i house.tif --exposure 0.5 --temperature 5200 --mask sky.png -o graded.tif

      The steps are done in the order in which they are listed here, in 32-bit float, and rounded once. Where \
      the mask is black the source's exact samples stay, in PNG and TIFF output; between black and white the \
      result is mixed in. Depth, colour profile, alpha and metadata are the source's.
      """)

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @OptionGroup(title: "Mask") var mask: GradingMaskOptions
  @OptionGroup(title: "Light") var light: LightOptions
  @OptionGroup(title: "Tone") var tone: ToneOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func run() throws { try EditConsole(report).run(request, to: destination) }
}

extension AdjustCommand: EditCommand {
  var request: AdjustRequest {
    var request = AdjustRequest(image: InputFile(image))
    mask.fill(&request)
    light.fill(&request)
    tone.fill(&request)
    return request
  }

  func destination(_ index: Int) -> OutputRequest { output.request(0, of: 1) }
}
