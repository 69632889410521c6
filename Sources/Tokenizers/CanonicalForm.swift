// The standard library holds the normalization data of Unicode; Foundation would only wrap it.
@_spi(_Unicode) import Swift

/// Unicode's canonical normal forms.
enum CanonicalForm {
  static func composed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    Array(String(String.UnicodeScalarView(text))._nfc)
  }

  static func decomposed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    Array(String(String.UnicodeScalarView(text))._nfd)
  }
}
