/// A colour as people write it: six hexadecimal digits, red first, with or without `#`.
public struct HexColor: Sendable, Hashable, TextCoded {
  /// Encoded red, 0...255.
  public var red: UInt8
  /// Encoded green, 0...255.
  public var green: UInt8
  /// Encoded blue, 0...255.
  public var blue: UInt8

  /// Nil for anything else.
  public init?(_ text: String) {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else {
      return nil
    }
    red = UInt8(code >> 16)
    green = UInt8(code >> 8 & 255)
    blue = UInt8(code & 255)
  }

  /// - Parameter fractions: encoded red, green and blue, 0...1; what lies outside is cut.
  package init(_ fractions: (red: Float, green: Float, blue: Float)) {
    func byte(_ value: Float) -> UInt8 { UInt8(min(255, max(0, (value * 255).rounded()))) }
    (red, green, blue) = (byte(fractions.red), byte(fractions.green), byte(fractions.blue))
  }

  /// Encoded, 0...1.
  public var fractions: (red: Float, green: Float, blue: Float) {
    (Float(red) / 255, Float(green) / 255, Float(blue) / 255)
  }

  /// Six digits.
  public static let expected = "six hex digits"

  /// The six digits.
  public var text: String {
    [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
