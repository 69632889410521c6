/// Unigram segmentation: of all ways to cut a word, the one whose tokens' log probabilities sum highest.
///
/// Source: Kudo, arXiv 1804.10959; ties and unknown characters as in Hugging Face `tokenizers`.
package struct UnigramModel: SubwordModel {
  struct Piece: Sendable {
    var text: [UInt8]
    var score: Double
  }

  private struct Step {
    var score: Double
    var start: Int
    var id: Int
  }

  private let pieces: [Piece]
  private let prefixes: PrefixIndex
  private let unknownID: Int?
  private let unknownScore: Double
  /// The ids of `<0x00>` to `<0xFF>`, where unknown characters fall back to bytes.
  private let byteIDs: [Int]?

  /// How much less likely than the least likely token an unknown character is.
  private static let unknownPenalty = 10.0

  init(pieces: [Piece], unknownID: Int?, hasByteFallback: Bool) throws(TokenizerError) {
    self.pieces = pieces
    self.unknownID = unknownID
    if let unknownID, unknownID >= pieces.count {
      throw TokenizerError(
        place: "model.unk_id", expected: "an id below \(pieces.count)", found: "\(unknownID)")
    }
    let prefixes = PrefixIndex(pieces.map(\.text))
    self.prefixes = prefixes
    unknownScore = (pieces.map(\.score).min() ?? 0) - Self.unknownPenalty
    let bytes = hasByteFallback ? BytePairModel.byteTokens.compactMap { prefixes[$0] } : []
    byteIDs = bytes.count == 256 ? bytes : nil
  }

  package var largestID: Int { pieces.count - 1 }

  package func id(of token: [UInt8]) -> Int? { prefixes[token] }

  package func tokenize(_ word: [Unicode.Scalar], into ids: inout [Int]) {
    let text = word.utf8
    let path = bestPath(text, characterLengths: word.map { UTF8.width($0) })
    var previousIsUnknown = false
    for step in path {
      let isUnknown = step.id < 0
      if !isUnknown {
        ids.append(step.id)
      } else if let byteIDs {
        // Bytes of neighbouring unknown characters simply follow each other.
        ids += text[step.range].map { byteIDs[Int($0)] }
      } else if !previousIsUnknown, let unknownID {
        ids.append(unknownID)
      }
      previousIsUnknown = isUnknown
    }
  }

  /// The most likely cut, in order; id -1 is an unknown character.
  private func bestPath(_ text: [UInt8], characterLengths: [Int]) -> [(range: Range<Int>, id: Int)] {
    var best = [Step?](repeating: nil, count: text.count + 1)
    best[0] = Step(score: 0, start: 0, id: -1)
    var start = 0
    for length in characterLengths {
      let score = best[start]?.score ?? 0
      func offer(_ end: Int, _ step: Step) {
        if let known = best[end], known.score >= step.score { return }
        best[end] = step
      }
      var coversCharacter = false
      prefixes.forEachPrefix(of: text[start...]) { id, count in
        offer(start + count, Step(score: score + pieces[id].score, start: start, id: id))
        if count == length { coversCharacter = true }
      }
      if !coversCharacter { offer(start + length, Step(score: score + unknownScore, start: start, id: -1)) }
      start += length
    }
    var path: [(range: Range<Int>, id: Int)] = []
    var end = text.count
    while end > 0, let step = best[end] {
      path.append((step.start..<end, step.id == unknownID ? -1 : step.id))
      end = step.start
    }
    return path.reversed()
  }
}
