/// Reading T5's `spiece.model`.
extension TextTokenizer {
  /// T5's tokenizer: Unigram over words that begin with U+2581, and `<extra_id_N>` after the model's own tokens.
  ///
  /// As transformers' `T5Tokenizer` builds it. `file` names the model in errors.
  package init(sentencePiece bytes: [UInt8], extraIDs: Int = 100, file: String) throws(TokenizerError) {
    do {
      try self.init(sentencePiece: SentencePieceFile(bytes), extraIDs: extraIDs)
    } catch {
      var error = error
      error.file = file
      throw error
    }
  }

  private init(sentencePiece model: SentencePieceFile, extraIDs: Int) throws(TokenizerError) {
    guard model.modelType == 1 else {
      throw TokenizerError(
        place: "trainer_spec.model_type", expected: "1, a Unigram model", found: "\(model.modelType)")
    }
    let extra = (0..<extraIDs).reversed().map { Array("<extra_id_\($0)>".utf8) }
    let pieces = model.pieces + extra.map { UnigramModel.Piece(text: $0, score: 0) }
    let special = [model.unknownID, model.endID, model.padID].compactMap(\.self)
    if let wrong = special.first(where: { $0 >= model.pieces.count }) {
      throw TokenizerError(
        place: "trainer_spec", expected: "special tokens among \(model.pieces.count) pieces",
        found: "\(wrong)")
    }
    self.init(
      addedTokens: (special + Array(model.pieces.count..<pieces.count)).map { id in
        AddedToken(id: id, content: Array(String(decoding: pieces[id].text, as: UTF8.self).unicodeScalars))
      },
      normalizer: model.charsmap.isEmpty
        ? nil : .charsmap(try Charsmap(Array(model.charsmap), place: "normalizer_spec.precompiled_charsmap")),
      preTokenizer: .sequence([
        .whitespaceSplit, .metaspace(replacement: "\u{2581}", prepend: .always, split: true),
      ]),
      model: try UnigramModel(pieces: pieces, unknownID: model.unknownID, hasByteFallback: false), prefix: [],
      suffix: model.endID.map { [$0] } ?? [])
  }
}
