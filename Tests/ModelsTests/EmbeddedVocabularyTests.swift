import Foundation
import Testing
import Tokenizers

@testable import Checkpoints

/// A GGUF file's own tokenizer gives the ids of the tokenizer.json that it was made from: the files by
/// Tests/Reference/gguf_fixtures.py, the texts and ids those of TokenizersTests.
@Suite struct EmbeddedVocabularyTests {
  private struct Texts: Decodable { let texts: [String] }
  private struct Expected: Decodable {
    let plain: [[Int]]
    let special: [[Int]]
  }

  private func read<Value: Decodable>(_ name: String) throws -> Value {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "TokenizersTests/Fixtures/\(name).json")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: file))
  }

  @Test(arguments: [("llama-tokenizer", "llama3"), ("t5-tokenizer", "unigram")])
  func givesTheSameIDs(_ name: String, _ original: String) throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "gguf"))
    let values = try GGUFFile(path: url.path).metadata
    let tokenizer = try TextTokenizer(embedded: #require(EmbeddedVocabulary(values)), file: url.path)
    let (texts, expected): (Texts, Expected) = (try read("texts"), try read("\(original).ids"))
    for (index, text) in texts.texts.enumerated() {
      #expect(tokenizer.encode(text) == expected.plain[index], "\(text.debugDescription)")
    }
    // The first few texts stand for all: special tokens do not depend on the text.
    for (text, ids) in zip(texts.texts, expected.special) {
      #expect(tokenizer.encode(text, addSpecialTokens: true) == ids, "\(text.debugDescription)")
    }
  }

  @Test func isNothingWithoutATokenizer() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = folder.appending(path: "CheckpointsTests/Fixtures/quants.gguf").path
    #expect(EmbeddedVocabulary(try GGUFFile(path: path).metadata) == nil)
  }
}
