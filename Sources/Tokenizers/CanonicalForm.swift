// The standard library holds the normalization data of Unicode; Foundation would only wrap it.
@_spi(_Unicode) import Swift

/// Unicode's canonical normal forms.
enum CanonicalForm {
  static func composed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    Array(string(text)._nfc)
  }

  static func decomposed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    Array(string(text)._nfd)
  }

  /// Three Tibetan vowel signs are starters that decompose into marks. Swift 6.3 does not put those in order with the
  /// marks around them, so they are decomposed here.
  private static let decomposedStarters: [Unicode.Scalar: [Unicode.Scalar]] = [
    "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
  ]

  private static func string(_ text: [Unicode.Scalar]) -> String {
    let needsHelp = text.contains { decomposedStarters[$0] != nil }
    let scalars = needsHelp ? text.flatMap { decomposedStarters[$0] ?? [$0] } : text
    return String(String.UnicodeScalarView(scalars))
  }
}
