/// Building what a GGUF file carries.
extension TextTokenizer {
  /// The tokenizer that a GGUF file carries: Llama 3's or T5's. `file` names it in errors.
  package init(embedded vocabulary: EmbeddedVocabulary, file: String) throws(TokenizerError) {
    do {
      try self.init(embedded: vocabulary)
    } catch {
      var error = error
      error.file = file
      throw error
    }
  }

  private init(embedded vocabulary: EmbeddedVocabulary) throws(TokenizerError) {
    guard vocabulary.types.isEmpty || vocabulary.types.count == vocabulary.tokens.count else {
      throw TokenizerError(
        place: "tokenizer.ggml.token_type", expected: "\(vocabulary.tokens.count) entries",
        found: "\(vocabulary.types.count)")
    }
    let special = vocabulary.types.indices.filter { 2...4 ~= vocabulary.types[$0] }.map { id in
      AddedToken(
        id: id, content: Array(String(decoding: vocabulary.tokens[id], as: UTF8.self).unicodeScalars))
    }
    let prefix = vocabulary.addsBegin ? vocabulary.beginID.map { [$0] } ?? [] : []
    let suffix = vocabulary.addsEnd ? vocabulary.endID.map { [$0] } ?? [] : []
    switch vocabulary.model {
    case "gpt2":
      self.init(
        addedTokens: special, normalizer: nil,
        preTokenizer: .sequence([
          .split(try Self.words(vocabulary.pre), .isolated, invert: false),
          .byteLevel(addPrefixSpace: false, split: false),
        ]),
        model: try Self.bytePairs(vocabulary), prefix: prefix, suffix: suffix)
    case "t5":
      self.init(
        addedTokens: special,
        normalizer: vocabulary.charsmap.isEmpty
          ? nil : .charsmap(try Charsmap(vocabulary.charsmap, place: "tokenizer.ggml.precompiled_charsmap")),
        preTokenizer: .sequence([
          .whitespaceSplit, .metaspace(replacement: "\u{2581}", prepend: .always, split: true),
        ]),
        model: try Self.unigram(vocabulary), prefix: prefix, suffix: suffix)
    default:
      throw TokenizerError(
        place: "tokenizer.ggml.model", expected: "gpt2 or t5", found: vocabulary.model)
    }
  }

  private static func words(_ pre: String) throws(TokenizerError) -> TextPattern {
    switch pre {
    case "llama-bpe", "llama3", "llama-v3": return .llama3(digits: 3)
    case "qwen2": return .llama3(digits: 1)
    case "gpt-2", "": return .gpt2
    default:
      throw TokenizerError(
        place: "tokenizer.ggml.pre", expected: "llama-bpe, qwen2 or gpt-2", found: pre)
    }
  }

  private static func bytePairs(_ vocabulary: EmbeddedVocabulary) throws(TokenizerError) -> BytePairModel {
    var table = ByteStringTable()
    for (id, token) in vocabulary.tokens.enumerated() { table.insert(token, id: id) }
    var builder = MergeTableBuilder(vocabulary: table)
    for merge in vocabulary.merges { try builder.append(line: merge[...]) }
    var options = BytePairModel.Options()
    options.ignoresMerges = vocabulary.pre.hasPrefix("llama")
    return try BytePairModel(vocabulary: table, merges: builder.table, options: options)
  }

  private static func unigram(_ vocabulary: EmbeddedVocabulary) throws(TokenizerError) -> UnigramModel {
    guard vocabulary.scores.count == vocabulary.tokens.count, vocabulary.scores.allSatisfy(\.isFinite) else {
      throw TokenizerError(
        place: "tokenizer.ggml.scores", expected: "\(vocabulary.tokens.count) finite scores",
        found: "\(vocabulary.scores.count)")
    }
    let pieces = zip(vocabulary.tokens, vocabulary.scores).map { text, score in
      UnigramModel.Piece(text: text, score: Double(score))
    }
    return try UnigramModel(pieces: pieces, unknownID: vocabulary.unknownID, hasByteFallback: false)
  }
}
