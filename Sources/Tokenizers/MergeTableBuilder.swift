/// Turns a list of merges, in the order of their ranks, into a table by token ids.
struct MergeTableBuilder {
  private let vocabulary: ByteStringTable
  private let continuingPrefix: [UInt8]
  private(set) var table: MergeTable
  private var rank: Int32 = 0
  private var merged: [UInt8] = []

  init(vocabulary: ByteStringTable, continuingPrefix: [UInt8] = []) {
    self.vocabulary = vocabulary
    self.continuingPrefix = continuingPrefix
    table = MergeTable(capacity: vocabulary.count)
  }

  /// A merge written as two tokens with a blank between.
  mutating func append(line: ArraySlice<UInt8>) throws(TokenizerError) {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw TokenizerError(
        place: "model.merges[\(rank)]", expected: "two tokens with one blank between",
        found: TokenizerError.quote(line))
    }
    try append(parts[0], parts[1])
  }

  mutating func append(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) throws(TokenizerError) {
    merged.removeAll(keepingCapacity: true)
    merged += left
    // The merged token has the prefix once, at its own beginning.
    merged += right.starts(with: continuingPrefix) ? right.dropFirst(continuingPrefix.count) : right
    let ids = (try id(left), try id(right), try id(merged[...]))
    table.insert(ids.0, ids.1, MergeTable.Merge(rank: rank, id: Int32(ids.2)))
    rank += 1
  }

  private func id(_ token: ArraySlice<UInt8>) throws(TokenizerError) -> Int {
    guard let id = vocabulary[token] else {
      throw TokenizerError(
        place: "model.merges[\(rank)]", expected: "tokens of the vocabulary",
        found: TokenizerError.quote(token))
    }
    return id
  }
}
