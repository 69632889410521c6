import Testing

@testable import Tokenizers

/// Ids must be those of Hugging Face `tokenizers` exactly: there is no tolerance for a wrong token.
@Suite struct TextTokenizerTests {
  static let kinds = ["plain", "gpt2", "llama3", "clip", "fallback", "unigram"]

  private func tokenizer(_ kind: String) throws -> TextTokenizer {
    try TextTokenizer(json: Fixtures.bytes("\(kind).json"), file: "\(kind).json")
  }

  @Test(arguments: kinds)
  func idsEqualTheReference(_ kind: String) throws {
    let tokenizer = try tokenizer(kind)
    let texts = try Fixtures.texts().texts
    let expected = try Fixtures.expected(kind)
    try #require(texts.count == expected.plain.count && texts.count > 100)
    for (text, ids) in zip(texts, expected.plain) {
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
    }
    for (text, ids) in zip(texts, expected.special) {
      #expect(tokenizer.encode(text, addSpecialTokens: true) == ids, "\(text.debugDescription)")
    }
  }

  @Test(arguments: kinds)
  func promptsOfTenThousandCharactersAreEncodedInFull(_ kind: String) throws {
    let tokenizer = try tokenizer(kind)
    let expected = try Fixtures.expected(kind)
    let start = ContinuousClock.now
    for (long, expected) in zip(try Fixtures.texts().long, expected.long) {
      let ids = tokenizer.encode(String(repeating: long.text, count: long.repeats))
      #expect(ids.count == expected.count)
      #expect(Array(ids.prefix(20)) == expected.head)
      let hash = ids.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      #expect(String(hash) == expected.hash)
    }
    // Five such prompts take some 50 ms; a quadratic merge would take minutes.
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func idsStayBelowTheLargest() throws {
    for kind in Self.kinds {
      let tokenizer = try tokenizer(kind)
      let largest = try Fixtures.expected(kind).plain.joined().max()
      #expect(tokenizer.largestID >= (largest ?? 0))
    }
  }

  @Test func tokensThatDifferOnlyInNormalFormAreDistinct() throws {
    var table = ByteStringTable()
    table.insert(Array("\u{e0}".utf8), id: 1)
    table.insert(Array("a\u{300}".utf8), id: 2)
    #expect(table[Array("\u{e0}".utf8)] == 1)
    #expect(table[Array("a\u{300}".utf8)] == 2)
  }

  /// UAX #15; the Tibetan sign is one that Swift's own normalisation leaves out of order.
  @Test func canonicalFormsAreThoseOfUnicode() {
    #expect(CanonicalForm.composed(["\u{6D6}", "\u{F75}"]) == ["\u{F71}", "\u{F74}", "\u{6D6}"])
    #expect(CanonicalForm.decomposed(["\u{6D6}", "\u{F75}"]) == ["\u{F71}", "\u{F74}", "\u{6D6}"])
    #expect(CanonicalForm.composed(["s", "\u{307}", "\u{323}"]) == ["\u{1E69}"])
    #expect(CanonicalForm.composed(["\u{212B}", "\u{1112}", "\u{1161}"]) == ["\u{C5}", "\u{D558}"])
    #expect(CanonicalForm.decomposed(["\u{1E69}"]) == ["s", "\u{323}", "\u{307}"])
  }

  @Test func aTokenIsFoundByName() throws {
    let tokenizer = try tokenizer("gpt2")
    #expect(tokenizer.id(of: "<|endoftext|>") == 0)
    #expect(tokenizer.id(of: "Ġ") != nil)
    #expect(tokenizer.id(of: "no such token") == nil)
  }
}
