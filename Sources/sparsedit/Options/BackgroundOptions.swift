import ArgumentParser
import SparseditKit

/// What takes the old background's place.
struct BackgroundOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "What the new background should show.")
  var prompt: String?

  @OptionGroup var negative: NegativePromptOptions

  @Option(name: .long, help: "A picture, scaled to cover the image and cut at its middle.")
  var background: String?

  @Option(name: .long, help: "A colour as sRGB hex digits: ffffff or '#ffffff'.")
  var backgroundColor: String?

  @Flag(name: .long, help: "No background: the result is the foreground with alpha.")
  var transparent = false

  func validate() throws {
    let given = [prompt != nil, background != nil, backgroundColor != nil, transparent].count { $0 }
    guard given == 1 else {
      throw ValidationError(
        "Give one of --prompt, --background, --background-color and --transparent, found \(given).")
    }
    if backgroundColor != nil { _ = try color() }
  }

  func choice() throws -> BackgroundRequest.Background {
    if let background { return .picture(background) }
    return try color() ?? .transparent
  }

  private func color() throws -> BackgroundRequest.Background? {
    guard let backgroundColor else { return nil }
    guard let (red, green, blue) = HexColor(backgroundColor)?.fractions else {
      throw ValidationError("--background-color must be six hex digits, found '\(backgroundColor)'.")
    }
    return .color(red: red, green: green, blue: blue)
  }
}
