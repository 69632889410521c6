/// SentencePiece's compiled normalisation: a double-array trie from character sequences to their replacements.
///
/// Layout: trie size in bytes (u32, little endian), the trie's units (u32), the replacements, each ended by a
/// zero byte. Looked up as Hugging Face `tokenizers` does: a grapheme of fewer than six bytes as a whole, where
/// the shortest match decides, otherwise each scalar alone.
struct Charsmap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  init(_ bytes: [UInt8], place: String) throws(TokenizerError) {
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
    guard bytes.count >= 4 else {
      throw TokenizerError(place: place, expected: "at least 4 bytes", found: "\(bytes.count)")
    }
    let size = Int(word(0))
    guard size >= 4, size % 4 == 0, size <= bytes.count - 4 else {
      throw TokenizerError(
        place: place, expected: "a trie of whole units within \(bytes.count - 4) bytes",
        found: "\(size) bytes")
    }
    units = (0..<size / 4).map { word(4 + 4 * $0) }
    replacements = Array(bytes[(4 + size)...])
  }

  func normalize(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for character in String(String.UnicodeScalarView(text)) {
      if character.utf8.count < 6, let replacement = replacement(for: character.utf8) {
        result += replacement
        continue
      }
      for scalar in character.unicodeScalars {
        if let replacement = replacement(for: [scalar].utf8) {
          result += replacement
        } else {
          result.append(scalar)
        }
      }
    }
    return result
  }

  /// The replacement of the shortest key that `key` begins with.
  private func replacement(for key: some Sequence<UInt8>) -> String.UnicodeScalarView? {
    guard let offset = shortestPrefix(of: key), offset <= replacements.count else { return nil }
    let end = replacements[offset...].firstIndex(of: 0) ?? replacements.count
    return String(decoding: replacements[offset..<end], as: UTF8.self).unicodeScalars
  }

  private func shortestPrefix(of key: some Sequence<UInt8>) -> Int? {
    var node = Self.offset(units[0])
    for byte in key {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      if unit >> 8 & 1 == 1 {
        return node < units.count ? Int(units[node] & 0x7FFF_FFFF) : nil
      }
    }
    return nil
  }

  /// Where a unit's children are, relative to it (the darts-clone format).
  private static func offset(_ unit: UInt32) -> Int {
    Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
  }
}
