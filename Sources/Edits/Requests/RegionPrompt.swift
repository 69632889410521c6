/// A prompt for the parts of a mask that have one colour.
public struct RegionPrompt: Sendable, Hashable, TextCoded {
  /// Encoded as in the mask file.
  public var color: HexColor
  /// Words for what these parts should show.
  public var prompt: String

  /// Reads `RRGGBB=PROMPT`, with or without `#`. Nil for anything else, and for greys: those are the main prompt's.
  public init?(_ text: String) {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    guard let color = HexColor(String(text[..<sign])) else { return nil }
    self.color = color
    prompt = String(text[text.index(after: sign)...])
    guard color.red != color.green || color.green != color.blue, !prompt.isEmpty else { return nil }
  }

  /// A colour and a prompt.
  public static let expected = "a colour, no grey, and a prompt, such as ff0000='red bricks'"

  /// As ``init(_:)`` reads it.
  public var text: String { "\(color.text)=\(prompt)" }
}
