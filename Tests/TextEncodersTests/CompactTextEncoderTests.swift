import Checkpoints
import Foundation
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

  /// Weights of 65,536 x 65,536 would be 17 GB each: the fault is told before anything of the kind is made.
  @Test func sizesBeyondReasonAreRefusedWithoutFillingMemory() throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory() + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(fileURLWithPath: try Fixtures.path("compact")), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacingOccurrences(of: "\"hidden_size\": 16", with: "\"hidden_size\": 65536")
    try #require(text.contains("65536"))
    try text.write(to: file, atomically: true, encoding: .utf8)
    #expect {
      try CompactTextEncoder(directory: folder.path)
    } throws: { error in
      (error as? CheckpointError)?.problem.contains("layers.0.attn.q.weight") == true
    }
  }

  @Test func theOrderOfWordsMatters() throws {
    let encoder = try CompactTextEncoder(directory: try Fixtures.path("compact"))
    #expect(relativeError(try encoder([3, 4, 5]).pooled, try encoder([5, 4, 3]).pooled) > 1e-3)
  }
}
