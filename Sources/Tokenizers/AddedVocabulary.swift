/// A token that is found in the text as a whole, before words are cut.
struct AddedToken: Sendable {
  var id: Int
  var content: [Unicode.Scalar]
  /// Only where no letter or digit touches it.
  var isSingleWord = false
  /// Takes the white space before it.
  var stripsLeft = false
  /// Takes the white space after it.
  var stripsRight = false
  /// Looked for in the normalised text.
  var isNormalized = false
}

/// Finds added tokens: leftmost, then longest.
struct AddedVocabulary: Sendable {
  private var byFirst: [Unicode.Scalar: [AddedToken]] = [:]

  init(_ tokens: [AddedToken]) {
    for token in tokens {
      guard let first = token.content.first else { continue }
      byFirst[first, default: []].append(token)
    }
    for first in byFirst.keys {
      byFirst[first]?.sort { ($0.content.count, $0.id) > ($1.content.count, $1.id) }
    }
  }

  /// The text in order, as parts that are a token (with its id) and parts that are not.
  func split(_ text: [Unicode.Scalar]) -> [(range: Range<Int>, id: Int?)] {
    if byFirst.isEmpty { return text.isEmpty ? [] : [(text.indices, nil)] }
    var parts: [(range: Range<Int>, id: Int?)] = []
    var done = 0
    var index = 0
    while index < text.count {
      guard let token = byFirst[text[index]]?.first(where: { text[index...].starts(with: $0.content) }) else {
        index += 1
        continue
      }
      var start = index
      var end = index + token.content.count
      index = end
      if token.isSingleWord, Self.touchesWord(text, start..<end) { continue }
      if token.stripsLeft {
        while start > done, text[start - 1].isSpace { start -= 1 }
      }
      if token.stripsRight { end = text.end(from: end, while: \.isSpace) }
      // A token whose white space an earlier one took begins where that one ended.
      start = max(start, done)
      if done < start { parts.append((done..<start, nil)) }
      parts.append((start..<max(start, end), token.id))
      done = max(start, end)
    }
    if done < text.count { parts.append((done..<text.count, nil)) }
    return parts
  }

  private static func touchesWord(_ text: [Unicode.Scalar], _ range: Range<Int>) -> Bool {
    (range.lowerBound > 0 && text[range.lowerBound - 1].isWordCharacter)
      || (range.upperBound < text.count && text[range.upperBound].isWordCharacter)
  }
}
