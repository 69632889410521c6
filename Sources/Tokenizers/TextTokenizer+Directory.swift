/// Opening whatever a tokenizer's directory holds.
extension TextTokenizer {
  /// Opens `tokenizer.json`, or CLIP's `vocab.json` and `merges.txt`, or T5's `spiece.model` in `directory`.
  package init(directory: String) throws(TokenizerError) {
    let json = "\(directory)/tokenizer.json"
    let vocabulary = "\(directory)/vocab.json"
    let sentencePiece = "\(directory)/spiece.model"
    if TokenizerFiles.exists(json) {
      try self.init(json: try TokenizerFiles.read(json), file: json)
    } else if TokenizerFiles.exists(vocabulary) {
      try self.init(
        clipVocabulary: try TokenizerFiles.read(vocabulary),
        merges: try TokenizerFiles.read("\(directory)/merges.txt"), file: vocabulary)
    } else if TokenizerFiles.exists(sentencePiece) {
      try self.init(sentencePiece: try TokenizerFiles.read(sentencePiece), file: sentencePiece)
    } else {
      throw TokenizerError(
        file: directory, place: "",
        expected: "tokenizer.json, vocab.json with merges.txt, or spiece.model", found: "none of them")
    }
  }
}
