/// Byte-pair encoding: neighbours merge in the order in which training learned the merges.
///
/// Source: Sennrich et al., arXiv 1508.07909; options as in Hugging Face `tokenizers`.
package struct BytePairModel: SubwordModel {
  struct Options: Sendable {
    var unknownToken: [UInt8]?
    /// Put before every character of a word but the first.
    var continuingPrefix: [UInt8] = []
    /// Put after the last character of a word.
    var endOfWordSuffix: [UInt8] = []
    /// One unknown token for neighbouring unknown characters.
    var fusesUnknown = false
    /// Unknown characters become tokens `<0x00>` to `<0xFF>`.
    var hasByteFallback = false
    /// A word that is a token is not built from merges.
    var ignoresMerges = false
  }

  let vocabulary: ByteStringTable
  let merges: MergeTable
  let options: Options
  private let unknownID: Int?
  /// The ids of `<0x00>` to `<0xFF>`.
  private let byteIDs: [Int?]

  init(vocabulary: ByteStringTable, merges: MergeTable, options: Options) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.options = options
    unknownID = options.unknownToken.flatMap { vocabulary[$0] }
    byteIDs = options.hasByteFallback ? Self.byteTokens.map { vocabulary[$0] } : []
    if let token = options.unknownToken, unknownID == nil {
      throw TokenizerError(
        place: "model.unk_token", expected: "a token of the vocabulary", found: TokenizerError.quote(token))
    }
  }

  static let byteTokens: [[UInt8]] = (0..<256).map { byte in
    let digits = Array("0123456789ABCDEF".utf8)
    return Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], UInt8(ascii: ">")]
  }

  package var largestID: Int { vocabulary.largestID }

  package func id(of token: [UInt8]) -> Int? { vocabulary[token] }

  package func tokenize(_ word: [Unicode.Scalar], into ids: inout [Int]) {
    if options.ignoresMerges, let id = vocabulary[word.utf8] {
      ids.append(id)
      return
    }
    var chain = MergeChain(symbols(of: word))
    chain.merge(merges)
    chain.appendTokens(to: &ids)
  }

  /// The tokens of single characters, before any merge.
  private func symbols(of word: [Unicode.Scalar]) -> [Int] {
    var symbols: [Int] = []
    symbols.reserveCapacity(word.count)
    // As in the reference, an unknown token waits for the next known character or the end, so bytes of a
    // fallback go before it.
    var unknownWaits = false
    for (index, scalar) in word.enumerated() {
      var character = [scalar].utf8
      if index > 0 { character = options.continuingPrefix + character }
      if index == word.count - 1 { character += options.endOfWordSuffix }
      if let id = vocabulary[character] {
        if unknownWaits, let unknownID { symbols.append(unknownID) }
        unknownWaits = false
        symbols.append(id)
      } else if let bytes = fallback(character) {
        symbols += bytes
      } else if let unknownID {
        if unknownWaits, !options.fusesUnknown { symbols.append(unknownID) }
        unknownWaits = true
      }
    }
    if unknownWaits, let unknownID { symbols.append(unknownID) }
    return symbols
  }

  private func fallback(_ character: [UInt8]) -> [Int]? {
    guard options.hasByteFallback else { return nil }
    let ids = character.compactMap { byteIDs[Int($0)] }
    return ids.count == character.count ? ids : nil
  }
}
