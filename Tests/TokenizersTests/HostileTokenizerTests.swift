import Testing

@testable import Tokenizers

/// Whatever a file holds, reading it ends in a tokenizer or in an error that says where and what.
@Suite struct HostileTokenizerTests {
  private func message(_ json: String) -> String {
    do {
      _ = try TextTokenizer(json: Array(json.utf8), file: "t.json")
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test func errorsSayWhereAndWhat() {
    #expect(message("") == "t.json: byte 0: expected an object, found the end of the file")
    #expect(message("{}").contains("model: expected a BPE or Unigram model"))
    #expect(message(#"{"model":{"vocab":{"a":-1},"merges":[]}}"#).contains("a token id from 0 to"))
    #expect(message(#"{"model":{"vocab":{"a":4294967296},"merges":[]}}"#).contains("a token id from 0 to"))
    #expect(message(#"{"model":{"vocab":{"a":1}}}"#).contains("model.merges: expected a list of merges"))
    #expect(
      message(#"{"model":{"vocab":{"a":0,"b":1},"merges":["a b"]}}"#)
        == "t.json: model.merges[0]: expected tokens of the vocabulary, found \"ab\"")
    #expect(message(#"{"model":{"vocab":{"a":0},"merges":["a a a"]}}"#).contains("two tokens with one blank"))
    #expect(
      message(#"{"model":{"vocab":{"a":0},"merges":[],"unk_token":"?"}}"#).contains("model.unk_token"))
    #expect(message(#"{"model":{"type":"WordPiece","vocab":{"a":0}}}"#).contains("model.type"))
    #expect(message(#"{"model":{"vocab":[["a",0.5]],"unk_id":7}}"#).contains("expected an id below 1"))
    #expect(message(#"{"model":{"vocab":[["a"]]}}"#).contains("a score after the token"))
    let model = #""model":{"vocab":{"a":0},"merges":[]}"#
    #expect(message(#"{"normalizer":{"type":"NFKC"},\#(model)}"#).contains("normalizer.type"))
    #expect(
      message(#"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"x+y"}},\#(model)}"#)
        .contains("pre_tokenizer.pattern.Regex"))
    #expect(
      message(#"{"normalizer":{"type":"Precompiled","precompiled_charsmap":"/////w=="},\#(model)}"#)
        .contains("a trie of whole units"))
    #expect(message(#"{"added_tokens":[{"id":1.5,"content":"x"}],\#(model)}"#).contains("added_tokens[0].id"))
    #expect(message(#"{"a":"\ud800",\#(model)}"#).contains("surrogate"))
    #expect(
      message(String(repeating: "[", count: 100_000)).contains("an object")
        && message(#"{"a":"# + String(repeating: "[", count: 100_000)).contains("levels of nesting"))
  }

  /// Cuts, swaps and overwritten bytes of real files, with a fixed generator.
  @Test(arguments: TextTokenizerTests.kinds)
  func damagedFilesNeverCrash(_ kind: String) throws {
    let original = try Fixtures.bytes("\(kind).json")
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for round in 0..<500 {
      var bytes = original
      if round % 5 == 0 {
        bytes.removeLast(random(bytes.count))
      } else {
        for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
      }
      do {
        let tokenizer = try TextTokenizer(json: bytes, file: kind)
        _ = tokenizer.encode("Mossy stones, 石の壁 cafe\u{301} <s> 'LL 123", addSpecialTokens: true)
      } catch {
        refused += 1
        #expect(!error.expected.isEmpty)
      }
    }
    // At least the files that were cut short.
    #expect(refused >= 100)
  }
}
