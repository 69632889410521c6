/// Reads the matrix and the tone curves of an ICC profile (ICC.1:2022), for profiles that consist of them.
struct ICCMatrixReader {
  private let bytes: [UInt8]
  private let tags: [UInt32: Range<Int>]

  /// - Returns: nil when the tag table does not fit the bytes.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.count >= 132 else { return nil }
    let count = Self.number(bytes, 128)
    guard count <= 1024, 132 + 12 * Int(count) <= bytes.count else { return nil }
    var tags: [UInt32: Range<Int>] = [:]
    for index in 0..<Int(count) {
      let entry = 132 + 12 * index
      let start = Int(Self.number(bytes, entry + 4))
      let end = start + Int(Self.number(bytes, entry + 8))
      if end <= bytes.count { tags[Self.number(bytes, entry)] = start..<end }
    }
    self.tags = tags
  }

  /// The space of an RGB profile, or nil when its colours are not three curves and a matrix.
  var rgb: WorkingSpace? {
    guard Self.number(bytes, 16) == Self.code("RGB "), Self.number(bytes, 20) == Self.code("XYZ "),
      let red = xyz("rXYZ"), let green = xyz("gXYZ"), let blue = xyz("bXYZ"),
      let responses = responses(["rTRC", "gTRC", "bTRC"])
    else { return nil }
    return WorkingSpace(responses: responses, toXYZ: Matrix3(red, green, blue).transposed)
  }

  /// The space of a grey profile: its curve for all channels, with sRGB's primaries, which grey does not feel.
  var grey: WorkingSpace? {
    guard Self.number(bytes, 16) == Self.code("GRAY"), let responses = responses(["kTRC", "kTRC", "kTRC"])
    else { return nil }
    return WorkingSpace(responses: responses, toXYZ: WorkingSpace.sRGB.toXYZ)
  }

  /// The bytes of a tag.
  func content(_ name: String) -> ArraySlice<UInt8>? {
    tags[Self.code(name)].map { bytes[$0] }
  }

  private func responses(_ names: [String]) -> [ToneResponse]? {
    let found = names.compactMap(response)
    return found.count == names.count ? found : nil
  }

  private func xyz(_ name: String) -> SIMD3<Double>? {
    guard let tag = tags[Self.code(name)], tag.count >= 20,
      Self.number(bytes, tag.lowerBound) == Self.code("XYZ ")
    else { return nil }
    return SIMD3(fixed(tag.lowerBound + 8), fixed(tag.lowerBound + 12), fixed(tag.lowerBound + 16))
  }

  private func response(_ name: String) -> ToneResponse? {
    guard let tag = tags[Self.code(name)], tag.count >= 12 else { return nil }
    switch Self.number(bytes, tag.lowerBound) {
    case Self.code("curv"): return curve(tag)
    case Self.code("para"): return parametric(tag)
    default: return nil
    }
  }

  private func curve(_ tag: Range<Int>) -> ToneResponse? {
    let count = Int(Self.number(bytes, tag.lowerBound + 8))
    guard count <= 65_536, 12 + 2 * count <= tag.count else { return nil }
    func entry(_ index: Int) -> Float {
      let place = tag.lowerBound + 12 + 2 * index
      return Float(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]))
    }
    if count == 0 { return .linear }
    if count == 1 { return entry(0) > 0 ? .gamma(entry(0) / 256) : nil }
    let table = (0..<count).map { entry($0) / 65_535 }
    return zip(table, table.dropFirst()).allSatisfy { $0 <= $1 } ? .sampled(table) : nil
  }

  private func parametric(_ tag: Range<Int>) -> ToneResponse? {
    let place = tag.lowerBound
    let kind = Int(bytes[place + 8]) << 8 | Int(bytes[place + 9])
    let counts = [1, 3, 4, 5, 7]
    guard kind < counts.count, 12 + 4 * counts[kind] <= tag.count else { return nil }
    let p = (0..<counts[kind]).map { Float(fixed(place + 12 + 4 * $0)) }
    guard p[0] > 0, p.count == 1 || p[1] > 0 else { return nil }
    switch kind {
    case 0: return .gamma(p[0])
    case 1: return .parametric(g: p[0], a: p[1], b: p[2], c: 0, d: -p[2] / p[1], e: 0, f: 0)
    case 2: return .parametric(g: p[0], a: p[1], b: p[2], c: 0, d: -p[2] / p[1], e: p[3], f: p[3])
    case 3: return .parametric(g: p[0], a: p[1], b: p[2], c: p[3], d: p[4], e: 0, f: 0)
    default: return .parametric(g: p[0], a: p[1], b: p[2], c: p[3], d: p[4], e: p[5], f: p[6])
    }
  }

  /// A signed number with 16 bits after the point.
  private func fixed(_ place: Int) -> Double {
    Double(Int32(bitPattern: Self.number(bytes, place))) / 65_536
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func code(_ name: String) -> UInt32 {
    name.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
