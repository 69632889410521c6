/// Reading `tokenizer.json`.
extension TextTokenizer {
  /// Reads a Hugging Face `tokenizer.json`: byte-pair or unigram models.
  ///
  /// `file` names the source in errors. Parts that this reader does not know are refused, not skipped.
  package init(json bytes: [UInt8], file: String) throws(TokenizerError) {
    do {
      try self.init(json: bytes)
    } catch {
      var error = error
      error.file = file
      throw error
    }
  }

  private init(json bytes: [UInt8]) throws(TokenizerError) {
    var sections: [String: JSONValue] = [:]
    var model: (any SubwordModel)?
    var scanner = JSONScanner(bytes)
    try scanner.beginObject()
    while try scanner.nextKey() {
      let key = String(decoding: scanner.text, as: UTF8.self)
      if key == "model" {
        model = try SubwordModelReader.read(&scanner)
      } else {
        sections[key] = try JSONValue(&scanner)
      }
    }
    guard let model else {
      throw TokenizerError(place: "model", expected: "a BPE or Unigram model", found: "nothing")
    }
    let root = JSONNode(value: .object(sections), path: "")
    let around = try SpecialTokens(root["post_processor"])
    self.init(
      addedTokens: try AddedToken.list(root["added_tokens"]),
      normalizer: try Normalizer(root["normalizer"]),
      preTokenizer: try PreTokenizer(root["pre_tokenizer"]),
      model: model, prefix: around.prefix, suffix: around.suffix)
  }
}
