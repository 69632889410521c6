/// What becomes of the separators when a text is split. Names are those of `tokenizer.json`.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Cuts `0..<count` at `matches`, which are in order and do not overlap; no part is empty.
  ///
  /// The matches are the separators, or with `invert` what lies between them is.
  func parts(count: Int, matches: [Range<Int>], invert: Bool = false) -> [Range<Int>] {
    var pieces: [(range: Range<Int>, isSeparator: Bool)] = []
    var start = 0
    for match in matches {
      if start < match.lowerBound { pieces.append((start..<match.lowerBound, invert)) }
      pieces.append((match, !invert))
      start = match.upperBound
    }
    if start < count { pieces.append((start..<count, invert)) }

    switch self {
    case .removed: return pieces.filter { !$0.isSeparator }.map(\.range)
    case .isolated: return pieces.map(\.range)
    case .contiguous:
      return Self.join(pieces) { previous, next in previous == next }
    case .mergedWithPrevious:
      return Self.join(pieces) { previous, next in !previous && next }
    case .mergedWithNext:
      return Self.join(pieces) { previous, next in previous && !next }
    }
  }

  /// Joins neighbours for which `belong` holds, by whether the earlier and the later are separators.
  private static func join(
    _ pieces: [(range: Range<Int>, isSeparator: Bool)], where belong: (Bool, Bool) -> Bool
  ) -> [Range<Int>] {
    var joined: [(range: Range<Int>, isSeparator: Bool)] = []
    for piece in pieces {
      if let last = joined.last, belong(last.isSeparator, piece.isSeparator) {
        joined[joined.count - 1] = (last.range.lowerBound..<piece.range.upperBound, piece.isSeparator)
      } else {
        joined.append(piece)
      }
    }
    return joined.map(\.range)
  }
}
