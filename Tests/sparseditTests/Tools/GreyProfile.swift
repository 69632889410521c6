/// A minimal ICC profile of a grey space, for tests: header, description, white point, curve.
enum GreyProfile {
  static func bytes(curve: [UInt8]) -> [UInt8] {
    let white = Array("XYZ ".utf8) + big(0) + big(0xF6D6) + big(0x10000) + big(0xD32D)
    let name = Array("desc".utf8) + big(0) + big(5) + Array("Test".utf8) + [UInt8](repeating: 0, count: 79)
    let tags: [(String, [UInt8])] = [
      ("desc", name + [0, 0, 0].prefix((4 - name.count % 4) % 4)), ("wtpt", white), ("kTRC", curve),
    ]
    var table = big(UInt32(tags.count))
    var body: [UInt8] = []
    for (tag, content) in tags {
      table += Array(tag.utf8) + big(UInt32(132 + 12 * tags.count + body.count)) + big(UInt32(content.count))
      body += content
    }
    var header = [UInt8](repeating: 0, count: 128)
    header.replaceSubrange(8..<12, with: [2, 0x40, 0, 0])
    header.replaceSubrange(12..<16, with: Array("mntr".utf8))
    header.replaceSubrange(16..<20, with: Array("GRAY".utf8))
    header.replaceSubrange(20..<24, with: Array("XYZ ".utf8))
    header.replaceSubrange(36..<40, with: Array("acsp".utf8))
    header.replaceSubrange(68..<80, with: big(0xF6D6) + big(0x10000) + big(0xD32D))
    let profile = header + table + body
    return big(UInt32(profile.count)) + profile[4...]
  }

  private static func big(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
}
