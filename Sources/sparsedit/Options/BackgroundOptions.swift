import ArgumentParser
import SparseditKit

/// What takes the old background's place.
struct BackgroundOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "What the new background should show.")
  var prompt: String?

  @Option(name: .shortAndLong, help: "What it should not show.")
  var negativePrompt: String = ""

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
    let digits = backgroundColor.hasPrefix("#") ? backgroundColor.dropFirst() : backgroundColor[...]
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16)
    else {
      throw ValidationError("--background-color must be six hex digits, found '\(backgroundColor)'.")
    }
    return .color(
      red: Float(value >> 16) / 255, green: Float(value >> 8 & 255) / 255, blue: Float(value & 255) / 255)
  }
}
