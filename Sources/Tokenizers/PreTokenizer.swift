/// How a text is cut into the words that the model sees one by one.
///
/// Source: the `pre_tokenizer` section of Hugging Face `tokenizer.json` files.
indirect enum PreTokenizer: Sendable {
  enum PrependScheme: String, Sendable, CaseIterable {
    case first, always, never
  }

  case sequence([PreTokenizer])
  case byteLevel(addPrefixSpace: Bool, split: Bool)
  case metaspace(replacement: Unicode.Scalar, prepend: PrependScheme, split: Bool)
  case split(TextPattern, SplitBehavior, invert: Bool)
  case whitespaceSplit
  case digits(individual: Bool)
  case punctuation(SplitBehavior)

  func callAsFunction(_ pieces: [TextPiece]) -> [TextPiece] {
    switch self {
    case .sequence(let steps):
      return steps.reduce(pieces) { $1($0) }
    case .byteLevel(let addPrefixSpace, let split):
      return pieces.flatMap { piece -> [TextPiece] in
        var piece = piece
        if addPrefixSpace, piece.text.first != " " { piece.text.insert(" ", at: 0) }
        let words = split ? Self.cut(piece, TextPattern.gpt2.matches(in: piece.text), .isolated) : [piece]
        return words.map { TextPiece(text: ByteAlphabet.spell($0.text), isFirst: $0.isFirst) }
      }
    case .metaspace(let replacement, let prepend, let split):
      return pieces.flatMap { piece -> [TextPiece] in
        var piece = piece
        piece.text = piece.text.map { $0 == " " ? replacement : $0 }
        if prepend == .always || (prepend == .first && piece.isFirst), piece.text.first != replacement {
          piece.text.insert(replacement, at: 0)
        }
        let marks = TextPattern.literal([replacement]).matches(in: piece.text)
        return split ? Self.cut(piece, marks, .mergedWithNext) : [piece]
      }
    case .split(let pattern, let behavior, let invert):
      return pieces.flatMap { piece in
        Self.cut(piece, pattern.matches(in: piece.text), behavior, invert: invert)
      }
    case .whitespaceSplit:
      return Self.cut(pieces, .removed, at: \.isSpace)
    case .digits(let individual):
      return Self.cut(pieces, individual ? .isolated : .contiguous, at: \.isNumber)
    case .punctuation(let behavior):
      return Self.cut(pieces, behavior, at: \.isPunctuation)
    }
  }

  private static func cut(
    _ pieces: [TextPiece], _ behavior: SplitBehavior, at isSeparator: (Unicode.Scalar) -> Bool
  ) -> [TextPiece] {
    pieces.flatMap { piece in
      let separators = piece.text.indices.filter { isSeparator(piece.text[$0]) }.map { $0..<$0 + 1 }
      return cut(piece, separators, behavior)
    }
  }

  private static func cut(
    _ piece: TextPiece, _ matches: [Range<Int>], _ behavior: SplitBehavior, invert: Bool = false
  ) -> [TextPiece] {
    behavior.parts(count: piece.text.count, matches: matches, invert: invert).map { range in
      TextPiece(text: Array(piece.text[range]), isFirst: piece.isFirst && range.lowerBound == 0)
    }
  }
}
