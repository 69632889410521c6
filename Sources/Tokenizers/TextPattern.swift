/// The regular expressions that tokenizers use, each as a scanner over Unicode scalars.
///
/// A handful of expressions is in use; scanning by hand needs no expression engine, and an expression that is
/// not known is refused by name rather than approximated.
enum TextPattern: Sendable, Equatable {
  case literal([Unicode.Scalar])
  /// `\s+`
  case spaces
  /// ` {2,}`
  case repeatedBlanks
  /// GPT-2's words.
  case gpt2
  /// Llama 3's words, and those of its relatives with another number of digits in a group.
  case llama3(digits: Int)
  /// CLIP's words.
  case clip

  private static let known: [(expression: String, pattern: TextPattern)] = [
    (#"\s+"#, .spaces),
    (#" {2,}"#, .repeatedBlanks),
    (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2),
    (llama3Expression(digits: #"\p{N}{1,3}"#), .llama3(digits: 3)),
    (llama3Expression(digits: #"\p{N}"#), .llama3(digits: 1)),
    (#"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#, .clip),
    (#"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#, .clip),
  ]

  private static func llama3Expression(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The scanner for a regular expression, if it is a known one.
  init?(expression: String) {
    guard let pattern = Self.known.first(where: { $0.expression == expression })?.pattern else { return nil }
    self = pattern
  }

  /// Every match, left to right, none overlapping another and none empty.
  func matches(in text: [Unicode.Scalar]) -> [Range<Int>] {
    var matches: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let end = self.end(in: text, from: start)
      if end > start {
        matches.append(start..<end)
        start = end
      } else {
        start += 1
      }
    }
    return matches
  }

  /// Where a match that begins at `start` ends; `start` where there is none.
  private func end(in text: [Unicode.Scalar], from start: Int) -> Int {
    switch self {
    case .literal(let word):
      return !word.isEmpty && text[start...].starts(with: word) ? start + word.count : start
    case .spaces: return text.end(from: start, while: \.isSpace)
    case .repeatedBlanks:
      let end = text.end(from: start) { $0 == " " }
      return end - start >= 2 ? end : start
    case .gpt2: return Self.gpt2(text, start)
    case .llama3(let digits): return Self.llama3(text, start, digits)
    case .clip: return Self.clip(text, start)
    }
  }

  private static func gpt2(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    let suffix = contraction(text, start, ignoringCase: false)
    if suffix > start { return suffix }
    let first = text[start] == " " && start + 1 < text.count ? start + 1 : start
    let end = word(text, first)
    return end > first ? end : blank(text, start)
  }

  private static func llama3(_ text: [Unicode.Scalar], _ start: Int, _ digits: Int) -> Int {
    let suffix = contraction(text, start, ignoringCase: true)
    if suffix > start { return suffix }
    let opening = text[start]
    if opening.isLetter { return text.end(from: start, while: \.isLetter) }
    if opening.isNumber {
      return min(text.end(from: start, while: \.isNumber), start + digits)
    }
    if !opening.isNewline {
      let end = text.end(from: start + 1, while: \.isLetter)
      if end > start + 1 { return end }
    }
    let first = opening == " " ? start + 1 : start
    let symbols = text.end(from: first, while: Self.isSymbol)
    if symbols > first { return text.end(from: symbols, while: \.isNewline) }
    let spaces = text.end(from: start, while: \.isSpace)
    if let newline = text[start..<spaces].lastIndex(where: \.isNewline) { return newline + 1 }
    return blank(text, start)
  }

  private static func clip(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    for marker in ["<|startoftext|>", "<|endoftext|>"] where text[start] == "<" {
      let scalars = marker.unicodeScalars
      if text[start...].starts(with: scalars) { return start + scalars.count }
    }
    let suffix = contraction(text, start, ignoringCase: false)
    if suffix > start { return suffix }
    return text[start].isNumber ? start + 1 : word(text, start)
  }

  /// `\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+`
  private static func word(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    let opening = text[start]
    if opening.isLetter { return text.end(from: start, while: \.isLetter) }
    if opening.isNumber { return text.end(from: start, while: \.isNumber) }
    return text.end(from: start, while: Self.isSymbol)
  }

  /// `\s+(?!\S)|\s+`: the last blank before a word belongs to that word.
  private static func blank(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    let end = text.end(from: start, while: \.isSpace)
    return end == text.count || end - start < 2 ? end : end - 1
  }

  private static func contraction(_ text: [Unicode.Scalar], _ start: Int, ignoringCase: Bool) -> Int {
    guard text[start] == "'", start + 1 < text.count else { return start }
    func letter(_ index: Int) -> Unicode.Scalar? {
      guard index < text.count else { return nil }
      // U+017F, the long s, is an s to an expression that ignores case.
      if ignoringCase, text[index] == "\u{17F}" { return "s" }
      let isUppercase = (0x41...0x5A).contains(text[index].value)
      return ignoringCase && isUppercase ? Unicode.Scalar(text[index].value | 0x20) : text[index]
    }
    switch (letter(start + 1), letter(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return start
    }
  }

  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isSpace && !scalar.isLetter && !scalar.isNumber
  }
}

extension [Unicode.Scalar] {
  /// The first index at or after `start` whose scalar does not satisfy `condition`.
  func end(from start: Int, while condition: (Unicode.Scalar) -> Bool) -> Int {
    var index = start
    while index < count, condition(self[index]) { index += 1 }
    return index
  }
}
