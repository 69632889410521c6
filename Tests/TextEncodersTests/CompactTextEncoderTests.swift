import Tensors
import Testing

@testable import TextEncoders

@Suite struct CompactTextEncoderTests {
  /// Sums of a few dozen float32 products in another order than torch's: some 1e-6 a layer. Prompts of 0, 1, 9
  /// and 130 tokens.
  @Test(arguments: ["compact", "compact-int8"], 0..<4)
  func agreesWithTorch(_ kind: String, _ index: Int) throws {
    let encoder = try CompactTextEncoder(directory: try Fixtures.path(kind))
    let ids = try Fixtures.tensor(kind, "\(index).ids").values.map { Int($0) }
    let states = try encoder(ids)
    #expect(states.t5.shape[0] == ids.count + 1)
    #expect(relativeError(states.t5, try Fixtures.tensor(kind, "\(index).t5")) < 1e-5)
    #expect(relativeError(states.llama, try Fixtures.tensor(kind, "\(index).llama")) < 1e-5)
    #expect(relativeError(states.pooled, try Fixtures.tensor(kind, "\(index).pooled")) < 1e-5)
  }

  @Test func aTokenBeyondTheVocabularyIsRefused() throws {
    let encoder = try CompactTextEncoder(directory: try Fixtures.path("compact"))
    #expect(throws: TextEncoderError.self) { try encoder([3, 50]) }
    #expect(throws: TextEncoderError.self) { try encoder([-1]) }
  }

  @Test func theOrderOfWordsMatters() throws {
    let encoder = try CompactTextEncoder(directory: try Fixtures.path("compact"))
    #expect(relativeError(try encoder([3, 4, 5]).pooled, try encoder([5, 4, 3]).pooled) > 1e-3)
  }
}
