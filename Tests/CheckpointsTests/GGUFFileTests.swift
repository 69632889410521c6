import Tensors
import Testing

@testable import Checkpoints

/// Against the package `gguf`: Tests/Reference/gguf_fixtures.py.
@Suite struct GGUFFileTests {
  static let types = [
    "F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_0", "Q5_1", "Q4_K", "Q4_0", "Q4_1", "Q3_K", "Q2_K",
  ]

  /// The same arithmetic in the same order: the same bits.
  @Test(arguments: types) func widensEveryType(_ type: String) throws {
    let file = try GGUFFile(path: Fixtures.path("quants.gguf"))
    let expected = try #require(
      try SafetensorsFile(path: Fixtures.path("quants.safetensors")).tensor("\(type).weight"))
    let stored = try #require(try file.stored("\(type).weight"))
    #expect(stored.dtype.rawValue == type && stored.shape == expected.shape)
    // Zero times a negative integer is minus zero there and here.
    #expect(try stored.widened().values.map(\.bitPattern) == expected.values.map(\.bitPattern))
    #expect(
      try stored.widened(rows: 1..<3).values.map(\.bitPattern)
        == expected.rows(1..<3).values.map(\.bitPattern))
  }

  @Test func readsValues() throws {
    let values = try GGUFFile(path: Fixtures.path("quants.gguf")).metadata
    #expect(values.architecture == "hidream")
    #expect(values.string("note") == "naïve \u{1F98A}")
    #expect(values.integers("numbers") == [3, -4, 5] && values.numbers("numbers") == [3, -4, 5])
    #expect(values.strings("pieces") == [Array("a".utf8), Array("\u{2581}b".utf8), []])
    #expect(values.number("ratio") == 0.25 && values.boolean("flag") == true)
    #expect(values.integer("large") == 1 << 53 && values.number("large") == 0x1p53)
    // Another type than the file's is nothing.
    #expect(
      values.integer("ratio") == nil && values.string("numbers") == nil && values.strings("note") == nil)
    #expect(values.string("absent") == nil && values.boolean("large") == nil)
    #expect(values.summary(of: "numbers") == "[3, -4, 5]" && values.summary(of: "pieces") == "3 x string")
    #expect(values.keys.contains("pieces") && values.count(of: "pieces") == 3)
  }

  @Test func opensAsACheckpoint() throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("quants.gguf"))
    #expect(checkpoint.names.count == Self.types.count)
    #expect(checkpoint.gguf?.architecture == "hidream")
    let scope = WeightScope(checkpoint)
    #expect(try scope["Q4_K"].tensor("weight", shape: [3, 512]).dtype == .q4K)
    // A matrix that ggml cannot cut into blocks does not exist.
    _ = try scope["Q4_K"].tensor("weight", shape: [512, 3])
    #expect(throws: CheckpointError.self) { try scope.finish(allowingUnused: true) }
  }

  @Test func findsTheOnlyFileOfADirectory() throws {
    let directory = try TemporaryDirectory()
    let bytes = try Fixtures.bytes("quants.gguf")
    try directory.write(bytes, to: "hidream-i1-full-Q4_K_M.gguf")
    try directory.write([1], to: "notes.txt")
    #expect(try Checkpoint(opening: directory.path).path.hasSuffix("Q4_K_M.gguf"))
    try directory.write(bytes, to: "other.gguf")
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(opening: directory.path) }
    #expect(error?.problem.contains("hidream-i1-full-Q4_K_M.gguf, other.gguf") == true)
  }

  @Test func namesOtherFormats() throws {
    let directory = try TemporaryDirectory()
    let pickle = try directory.write([0x50, 0x4B, 3, 4, 0, 0, 0, 0], to: "model.ckpt")
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(opening: pickle) }
    #expect(error?.problem.contains("end of an archive") == true)
  }

  @Test func refusesWhatItCannotRead() throws {
    let directory = try TemporaryDirectory()
    let good = try Fixtures.bytes("quants.gguf")
    func refusal(_ change: (inout [UInt8]) -> Void) throws -> String {
      var bytes = good
      change(&bytes)
      let path = try directory.write(bytes, to: "case.gguf")
      do {
        let file = try GGUFFile(path: path)
        for name in file.names { _ = try file.stored(name) }
        return "accepted"
      } catch let error as CheckpointError { return error.problem }
    }
    #expect(try refusal { $0[4] = 1 }.contains("version 2 or 3, found 1"))
    #expect(try refusal { $0.replaceSubrange(4..<8, with: [0, 0, 0, 3]) }.contains("big-endian"))
    #expect(
      try refusal { $0.replaceSubrange(8..<16, with: repeatElement(255, count: 8)) }.contains("tensors"))
    #expect(
      try refusal { $0.replaceSubrange(16..<24, with: repeatElement(255, count: 8)) }.contains("values"))
    #expect(try refusal { $0.removeLast(40) }.contains("before the end of the file"))
    #expect(try refusal { $0.removeSubrange(400..<$0.count) }.contains("GGUF header"))
    // Version 2 has the same layout.
    #expect(try refusal { $0[4] = 2 } == "accepted")
    // Q8_0's number becomes IQ4_XS's.
    let name = Array("Q8_0.weight".utf8)
    let place = try #require(good.indices.first { good[$0...].starts(with: name) }) + name.count + 4 + 16
    #expect(good[place] == 8)
    #expect(try refusal { $0[place] = 23 }.contains("type IQ4_XS"))
    // And Q4_0's, whose rows end in the next tensor's bytes no more: sizes differ, nothing overlaps.
    #expect(try refusal { $0[place] = 0 }.contains("same bytes"))
  }
}
