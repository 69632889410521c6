/// Reading CLIP's `vocab.json` and `merges.txt`.
extension TextTokenizer {
  static let clipStart = "<|startoftext|>"
  static let clipEnd = "<|endoftext|>"

  /// CLIP's tokenizer: lower case, one blank for any white space, words that end in `</w>`.
  ///
  /// As transformers' `CLIPTokenizer` builds it. `file` names the vocabulary in errors.
  package init(clipVocabulary bytes: [UInt8], merges: [UInt8], file: String) throws(TokenizerError) {
    do {
      try self.init(clipVocabulary: bytes, merges: merges)
    } catch {
      var error = error
      error.file = file
      throw error
    }
  }

  private init(clipVocabulary bytes: [UInt8], merges: [UInt8]) throws(TokenizerError) {
    var scanner = JSONScanner(bytes)
    let vocabulary = try SubwordModelReader.readIDs(&scanner)
    var options = BytePairModel.Options()
    options.unknownToken = Array(Self.clipEnd.utf8)
    options.endOfWordSuffix = Array("</w>".utf8)
    let model = try BytePairModel(
      vocabulary: vocabulary, merges: try Self.merges(merges, vocabulary), options: options)

    var ids: [Int] = []
    for token in [Self.clipStart, Self.clipEnd] {
      guard let id = vocabulary[token.utf8] else {
        throw TokenizerError(place: "", expected: "the token \(token)", found: "a vocabulary without it")
      }
      ids.append(id)
    }
    self.init(
      addedTokens: [
        AddedToken(id: ids[0], content: Array(Self.clipStart.unicodeScalars)),
        AddedToken(id: ids[1], content: Array(Self.clipEnd.unicodeScalars)),
      ],
      normalizer: .sequence([.composed, .replace(.spaces, with: [" "]), .lowercase]),
      preTokenizer: .sequence([
        .split(.clip, .removed, invert: true), .byteLevel(addPrefixSpace: false, split: true),
      ]),
      model: model, prefix: [ids[0]], suffix: [ids[1]])
  }

  /// `merges.txt`: a line of version, then a merge a line, the earliest first.
  static func merges(_ text: [UInt8], _ vocabulary: ByteStringTable) throws(TokenizerError) -> MergeTable {
    var builder = MergeTableBuilder(vocabulary: vocabulary)
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty || line.starts(with: "#version".utf8) { continue }
      try builder.append(line: line)
    }
    return builder.table
  }
}
