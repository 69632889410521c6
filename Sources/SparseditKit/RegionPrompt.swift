/// A prompt for the parts of a mask that have one colour.
public struct RegionPrompt: Sendable, Equatable {
  /// Encoded red in the mask file.
  public var red: UInt8
  /// Encoded green in the mask file.
  public var green: UInt8
  /// Encoded blue in the mask file.
  public var blue: UInt8
  /// What these parts should show.
  public var prompt: String

  /// Reads `RRGGBB=PROMPT`, with or without `#`. Nil for anything else, and for greys: those are the main prompt's.
  public init?(_ text: String) {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    let digits = text[..<sign].drop { $0 == "#" }
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else {
      return nil
    }
    red = UInt8(code >> 16)
    green = UInt8(code >> 8 & 255)
    blue = UInt8(code & 255)
    prompt = String(text[text.index(after: sign)...])
    guard red != green || green != blue, !prompt.isEmpty else { return nil }
  }

  /// The colour as hexadecimal digits.
  var color: String {
    [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// As ``init(_:)`` reads it.
  public var text: String { "\(color)=\(prompt)" }
}
