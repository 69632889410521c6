package import Images

extension ColorProfile {
  /// What the embedded profile calls itself, or nil.
  package var name: String? { icc.flatMap(ICCMatrixReader.init)?.name }
}

extension ICCMatrixReader {
  /// The profile's description: ASCII in version 2, the first language's in version 4.
  var name: String? {
    guard let tag = content("desc"), tag.count >= 12 else { return nil }
    let bytes = Array(tag)
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    let text: String
    switch String(decoding: bytes[..<4], as: UTF8.self) {
    case "desc":
      text = String(decoding: bytes[12..<min(12 + number(8), bytes.count)].prefix { $0 != 0 }, as: UTF8.self)
    case "mluc":
      guard bytes.count >= 28, number(8) >= 1 else { return nil }
      let (length, start) = (number(20), number(24))
      guard start <= bytes.count, length <= bytes.count - start else { return nil }
      let units = stride(from: start, to: start + length - 1, by: 2).map {
        UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
      }
      text = String(decoding: units, as: UTF16.self)
    default: return nil
    }
    return text.isEmpty ? nil : text
  }
}
