/// Text to token ids: added tokens, normaliser, words, subwords, special tokens around them.
///
/// Gives the ids that Hugging Face `tokenizers` gives for the same file.
package struct TextTokenizer: Sendable {
  let addedTokens: [AddedToken]
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  package let model: any SubwordModel
  /// Ids put before and after a text when special tokens are wanted.
  package let prefix: [Int]
  package let suffix: [Int]

  private let plainTokens: AddedVocabulary
  private let normalizedTokens: AddedVocabulary

  init(
    addedTokens: [AddedToken], normalizer: Normalizer?, preTokenizer: PreTokenizer?,
    model: any SubwordModel, prefix: [Int], suffix: [Int]
  ) {
    self.addedTokens = addedTokens
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.prefix = prefix
    self.suffix = suffix
    plainTokens = AddedVocabulary(addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedVocabulary(
      addedTokens.filter(\.isNormalized).map { token in
        var token = token
        token.content = normalizer?(token.content) ?? token.content
        return token
      })
  }

  /// The largest id that can come out; an embedding table must have more rows than this.
  package var largestID: Int {
    ([model.largestID] + addedTokens.map(\.id) + prefix + suffix).max() ?? -1
  }

  /// The id of the token that is written exactly so.
  package func id(of token: String) -> Int? {
    let bytes = Array(token.utf8)
    return addedTokens.first { $0.content.utf8 == bytes }?.id ?? model.id(of: bytes)
  }

  /// The ids of `text`, however long it is.
  package func encode(_ text: String, addSpecialTokens: Bool = false) -> [Int] {
    var ids = addSpecialTokens ? prefix : []
    let scalars = Array(text.unicodeScalars)
    for (outer, id) in plainTokens.split(scalars) {
      if let id {
        ids.append(id)
        continue
      }
      let part = Array(scalars[outer])
      let normal = normalizer?(part) ?? part
      for (inner, id) in normalizedTokens.split(normal) {
        if let id {
          ids.append(id)
        } else {
          let isFirst = outer.lowerBound == 0 && inner.lowerBound == 0
          encodeWords(TextPiece(text: Array(normal[inner]), isFirst: isFirst), into: &ids)
        }
      }
    }
    return addSpecialTokens ? ids + suffix : ids
  }

  private func encodeWords(_ piece: TextPiece, into ids: inout [Int]) {
    for word in preTokenizer?([piece]) ?? [piece] where !word.text.isEmpty {
      model.tokenize(word.text, into: &ids)
    }
  }
}
