import Testing

@testable import Tokenizers

/// The same tokenizers from other files give the same ids.
@Suite struct TokenizerFilesTests {
  private func expectIDs(_ tokenizer: TextTokenizer, of kind: String) throws {
    let expected = try Fixtures.expected(kind)
    for (text, ids) in zip(try Fixtures.texts().texts, expected.plain) {
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
    }
    for (text, ids) in zip(try Fixtures.texts().texts, expected.special) {
      #expect(tokenizer.encode(text, addSpecialTokens: true) == ids, "\(text.debugDescription)")
    }
  }

  @Test func clipFromVocabularyAndMerges() throws {
    try expectIDs(TextTokenizer(directory: Fixtures.path("clip")), of: "clip")
  }

  @Test func t5FromSentencePiece() throws {
    try expectIDs(TextTokenizer(directory: Fixtures.path("t5")), of: "unigram")
  }

  /// The fields that a GGUF file would have, taken from Llama's `tokenizer.json`.
  @Test func llamaFromAnEmbeddedVocabulary() throws {
    var scanner = JSONScanner(try Fixtures.bytes("llama3.json"))
    let root = JSONNode(value: try JSONValue(&scanner), path: "")
    let vocabulary = try root["model"]["vocab"].members()
    var tokens = [[UInt8]](repeating: [], count: vocabulary.count)
    for (key, id) in vocabulary { tokens[try id.identifier()] = Array(key.utf8) }
    let merges = try root["model"]["merges"].elements().map { pair in
      try pair.elements().map { try $0.bytes() }.joined(separator: [UInt8(ascii: " ")])
    }
    let added = Set(try root["added_tokens"].elements().map { try $0["id"].identifier() })
    let embedded = EmbeddedVocabulary(
      model: "gpt2", pre: "llama-bpe", tokens: tokens,
      types: tokens.indices.map { added.contains($0) ? 3 : 1 }, merges: merges.map { Array($0) }, beginID: 0,
      addsBegin: true)
    try expectIDs(TextTokenizer(embedded: embedded, file: "llama.gguf"), of: "llama3")
  }

  @Test func t5FromAnEmbeddedVocabulary() throws {
    let model = try SentencePieceFile(Fixtures.bytes("t5/spiece.model"))
    let extra = (0..<100).reversed().map { Array("<extra_id_\($0)>".utf8) }
    let embedded = EmbeddedVocabulary(
      model: "t5", tokens: model.pieces.map(\.text) + extra,
      scores: model.pieces.map { Float($0.score) } + extra.map { _ in 0 },
      types: model.pieces.indices.map { $0 < 3 ? 3 : 1 } + extra.map { _ in 4 },
      charsmap: Array(model.charsmap), endID: model.endID, unknownID: model.unknownID, addsEnd: true)
    try expectIDs(TextTokenizer(embedded: embedded, file: "t5.gguf"), of: "unigram")
  }

  @Test func whatIsMissingIsNamed() throws {
    #expect(throws: TokenizerError.self) { try TextTokenizer(directory: "/nonexistent") }
    let vocabulary = Array(#"{"a":0,"a</w>":1,"<|endoftext|>":2}"#.utf8)
    do {
      _ = try TextTokenizer(clipVocabulary: vocabulary, merges: [], file: "vocab.json")
      Issue.record("accepted")
    } catch {
      #expect(
        error.description == "vocab.json: expected the token <|startoftext|>, found a vocabulary without it")
    }
    do {
      _ = try TextTokenizer(
        embedded: EmbeddedVocabulary(model: "gpt2", pre: "tekken", tokens: [[65]]), file: "m.gguf")
      Issue.record("accepted")
    } catch {
      #expect(error.description.contains("tokenizer.ggml.pre"))
    }
  }

  @Test func damagedSentencePieceFilesNeverCrash() throws {
    let original = try Fixtures.bytes("t5/spiece.model")
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<2000 {
      var bytes = original
      if round % 4 == 0 {
        bytes.removeLast(random(bytes.count))
      } else {
        for _ in 0...random(6) { bytes[random(bytes.count)] = UInt8(random(256)) }
      }
      guard let tokenizer = try? TextTokenizer(sentencePiece: bytes, extraIDs: 3, file: "m") else { continue }
      _ = tokenizer.encode("Mossy stones, \u{FB01}ne cafe\u{301} 石")
    }
  }
}
