/// What happens to a text before it is cut into words.
///
/// Source: the `normalizer` section of Hugging Face `tokenizer.json` files.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case lowercase
  case composed
  case decomposed
  case stripAccents
  case strip(left: Bool, right: Bool)
  case prepend([Unicode.Scalar])
  case replace(TextPattern, with: [Unicode.Scalar])
  case charsmap(Charsmap)
  case byteLevel

  func callAsFunction(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    switch self {
    case .sequence(let steps): return steps.reduce(text) { $1($0) }
    // One scalar at a time, so that a capital sigma does not depend on its neighbours.
    case .lowercase: return text.flatMap { $0.properties.lowercaseMapping.unicodeScalars }
    case .composed: return CanonicalForm.composed(text)
    case .decomposed: return CanonicalForm.decomposed(text)
    case .stripAccents: return text.filter { !$0.isMark }
    case .strip(let left, let right):
      let start = left ? text.firstIndex { !$0.isSpace } ?? text.count : 0
      let end = right ? (text.lastIndex { !$0.isSpace } ?? -1) + 1 : text.count
      return start < end ? Array(text[start..<end]) : []
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .replace(let pattern, let replacement): return Self.replace(pattern, replacement, in: text)
    case .charsmap(let charsmap): return charsmap.normalize(text)
    case .byteLevel: return ByteAlphabet.spell(text)
    }
  }

  private static func replace(
    _ pattern: TextPattern, _ replacement: [Unicode.Scalar], in text: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var start = 0
    for match in pattern.matches(in: text) {
      result += text[start..<match.lowerBound]
      result += replacement
      start = match.upperBound
    }
    return result + text[start...]
  }
}
