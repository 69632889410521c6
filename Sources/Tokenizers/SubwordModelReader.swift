/// Reads the `model` section of `tokenizer.json` without a tree: it is most of the file.
struct SubwordModelReader {
  private enum Vocabulary {
    case ids(ByteStringTable)
    case scores([UnigramModel.Piece])
  }

  private var vocabulary: Vocabulary?
  /// Where the merges begin; they are read last, because they need the vocabulary.
  private var merges: JSONScanner?
  private var options: [String: JSONValue] = [:]

  static func read(_ scanner: inout JSONScanner) throws(TokenizerError) -> any SubwordModel {
    var reader = SubwordModelReader()
    try scanner.beginObject()
    while try scanner.nextKey() {
      switch String(decoding: scanner.text, as: UTF8.self) {
      case "vocab": try reader.readVocabulary(&scanner)
      case "merges":
        reader.merges = scanner
        try skipMerges(&scanner)
      case let key: reader.options[key] = try JSONValue(&scanner, depth: 1)
      }
    }
    return try reader.model()
  }

  private mutating func readVocabulary(_ scanner: inout JSONScanner) throws(TokenizerError) {
    if scanner.peek() == UInt8(ascii: "{") {
      vocabulary = .ids(try Self.readIDs(&scanner))
    } else {
      vocabulary = .scores(try Self.readScores(&scanner))
    }
  }

  /// `{"token": id, ...}`
  static func readIDs(_ scanner: inout JSONScanner) throws(TokenizerError) -> ByteStringTable {
    var table = ByteStringTable()
    try scanner.beginObject()
    while try scanner.nextKey() {
      let id = try scanner.identifier()
      table.insert(scanner.text, id: id)
    }
    return table
  }

  /// `[["token", score], ...]`
  private static func readScores(_ scanner: inout JSONScanner) throws(TokenizerError) -> [UnigramModel.Piece]
  {
    var pieces: [UnigramModel.Piece] = []
    try scanner.beginArray()
    while try scanner.nextElement() {
      try scanner.beginArray()
      guard try scanner.nextElement() else { throw scanner.failure(expected: "a token and its score") }
      try scanner.string()
      let text = scanner.text
      guard try scanner.nextElement() else { throw scanner.failure(expected: "a score after the token") }
      pieces.append(UnigramModel.Piece(text: text, score: try scanner.number()))
      if try scanner.nextElement() { throw scanner.failure(expected: "a token and its score, nothing more") }
    }
    return pieces
  }

  private static func skipMerges(_ scanner: inout JSONScanner) throws(TokenizerError) {
    try scanner.beginArray()
    while try scanner.nextElement() {
      guard scanner.peek() == UInt8(ascii: "[") else {
        try scanner.string()
        continue
      }
      try scanner.beginArray()
      while try scanner.nextElement() { try scanner.string() }
    }
  }

  private func model() throws(TokenizerError) -> any SubwordModel {
    let node = JSONNode(value: .object(options), path: "model")
    switch vocabulary {
    case .ids(let table): return try bytePairModel(table, node)
    case .scores(let pieces):
      try Self.expectType("Unigram", node)
      return try UnigramModel(
        pieces: pieces, unknownID: node["unk_id"].isNull ? nil : try node["unk_id"].identifier(),
        hasByteFallback: try node["byte_fallback"].boolean(default: false))
    case nil: throw TokenizerError(place: "model.vocab", expected: "a vocabulary", found: "nothing")
    }
  }

  private static func expectType(_ type: String, _ node: JSONNode) throws(TokenizerError) {
    if !node["type"].isNull, try node["type"].text() != type {
      throw node["type"].failure(expected: "\"\(type)\", the model that this vocabulary belongs to")
    }
  }

  private func bytePairModel(_ table: ByteStringTable, _ node: JSONNode) throws(TokenizerError)
    -> BytePairModel
  {
    try Self.expectType("BPE", node)
    guard var scanner = merges else {
      throw TokenizerError(place: "model.merges", expected: "a list of merges", found: "nothing")
    }
    var options = BytePairModel.Options()
    if !node["unk_token"].isNull { options.unknownToken = try node["unk_token"].bytes() }
    if !node["continuing_subword_prefix"].isNull {
      options.continuingPrefix = try node["continuing_subword_prefix"].bytes()
    }
    if !node["end_of_word_suffix"].isNull {
      options.endOfWordSuffix = try node["end_of_word_suffix"].bytes()
    }
    options.fusesUnknown = try node["fuse_unk"].boolean(default: false)
    options.hasByteFallback = try node["byte_fallback"].boolean(default: false)
    options.ignoresMerges = try node["ignore_merges"].boolean(default: false)

    var builder = MergeTableBuilder(vocabulary: table, continuingPrefix: options.continuingPrefix)
    try scanner.beginArray()
    while try scanner.nextElement() {
      if scanner.peek() == UInt8(ascii: "[") {
        try scanner.beginArray()
        guard try scanner.nextElement() else { throw scanner.failure(expected: "a pair of tokens") }
        try scanner.string()
        let left = scanner.text
        guard try scanner.nextElement() else { throw scanner.failure(expected: "a pair of tokens") }
        try scanner.string()
        try builder.append(left[...], scanner.text[...])
        if try scanner.nextElement() { throw scanner.failure(expected: "a pair of tokens, nothing more") }
      } else {
        try scanner.string()
        try builder.append(line: scanner.text[...])
      }
    }
    return try BytePairModel(vocabulary: table, merges: builder.table, options: options)
  }
}
