import ArgumentParser
import SparseditKit

/// What takes the old background's place.
struct BackgroundOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "What the new background should show.")
  var prompt: String?

  @OptionGroup var negative: NegativePromptOptions

  @Option(name: .long, help: "A picture, scaled to cover the image and cut at its middle.")
  var background: String?

  @Option(
    name: .long, help: "A colour as sRGB hex digits: ffffff or '#ffffff'.",
    transform: { try text($0, as: HexColor.self) })
  var backgroundColor: HexColor?

  @Flag(name: .long, help: "No background: the result is the foreground with alpha.")
  var transparent = false

  func validate() throws {
    let given = [prompt != nil, background != nil, backgroundColor != nil, transparent].count { $0 }
    guard given == 1 else {
      throw ValidationError(
        "Give one of --prompt, --background, --background-color and --transparent, found \(given).")
    }
  }

  /// Puts what the flags say into a request.
  func fill(_ request: inout BackgroundRequest) {
    request.words = prompt
    request.negativePrompt = negative.negativePrompt
    request.background = background.map { InputFile($0) }
    request.backgroundColor = backgroundColor
    request.transparent = transparent
  }
}
