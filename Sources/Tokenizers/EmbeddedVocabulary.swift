/// A tokenizer as GGUF files carry it, in the fields of `tokenizer.ggml.*`.
package struct EmbeddedVocabulary: Sendable {
  /// `model`: "gpt2" for byte-level pairs, "t5" for Unigram.
  package var model: String
  /// `pre`: how words are cut, for byte-level pairs.
  package var pre: String
  package var tokens: [[UInt8]]
  package var scores: [Float]
  /// 2 unknown, 3 control, 4 user-defined; others are ordinary.
  package var types: [Int]
  package var merges: [[UInt8]]
  package var charsmap: [UInt8]
  package var beginID: Int?
  package var endID: Int?
  package var unknownID: Int?
  package var addsBegin: Bool
  package var addsEnd: Bool

  package init(
    model: String, pre: String = "", tokens: [[UInt8]], scores: [Float] = [], types: [Int] = [],
    merges: [[UInt8]] = [], charsmap: [UInt8] = [], beginID: Int? = nil, endID: Int? = nil,
    unknownID: Int? = nil, addsBegin: Bool = false, addsEnd: Bool = false
  ) {
    self.model = model
    self.pre = pre
    self.tokens = tokens
    self.scores = scores
    self.types = types
    self.merges = merges
    self.charsmap = charsmap
    self.beginID = beginID
    self.endID = endID
    self.unknownID = unknownID
    self.addsBegin = addsBegin
    self.addsEnd = addsEnd
  }
}
