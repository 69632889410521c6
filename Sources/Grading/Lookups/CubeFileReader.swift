/// Reads `.cube` lookup tables (Adobe's Cube LUT Specification 1.0, with the two `INPUT_RANGE` keywords and the
/// line-then-cube files of DaVinci Resolve, and its two `VIDEO_RANGE` keywords).
///
/// Keywords in small letters are read as in capitals, as other programs do. Keywords of other programs are passed over
/// and told in ``ColorLookup/passedOver``.
package struct CubeFileReader {
  /// Larger files are refused: a cube of the largest size with six digits a number fits.
  package static let maximumByteCount = 512 << 20

  private var title = ""
  private var lineSize: Int?
  private var cubeSize: Int?
  private var minimum: SIMD3<Float>?
  private var maximum: SIMD3<Float>?
  private var lineRange: (Float, Float)?
  private var cubeRange: (Float, Float)?
  private var takesVideoRange = false
  private var givesVideoRange = false
  private var passedOver: [String] = []
  private var colors: [SIMD3<Float>] = []
  private var expectedCount = 0
  private var number = 0

  private init() {}

  /// - Parameter bytes: the whole file.
  /// - Throws: ``GradingError/cubeFile(line:found:expected:)`` with the line that is wrong.
  package static func read(_ bytes: [UInt8]) throws(GradingError) -> ColorLookup {
    guard bytes.count <= maximumByteCount else {
      throw .cubeFile(line: 0, found: "\(bytes.count) bytes", expected: "at most \(maximumByteCount)")
    }
    var reader = CubeFileReader()
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    for line in content.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A }) {
      reader.number += 1
      // Lone carriage returns ended lines on old Macintoshes; after a line feed one is only a blank.
      for part in line.split(separator: 0x0D) { try reader.take(part) }
    }
    return try reader.finish()
  }

  private mutating func take(_ line: ArraySlice<UInt8>) throws(GradingError) {
    guard line.count <= 1024 else {
      throw .cubeFile(line: number, found: "a line of \(line.count) bytes", expected: "at most 1024")
    }
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    guard let first = words.first, let initial = first.first, initial != UInt8(ascii: "#") else { return }
    let text = String(decoding: first, as: UTF8.self)
    // Words such as nan and inf are numbers too, if bad ones.
    if "+-.0123456789".utf8.contains(initial) || Float(text) != nil {
      try takeColor(words)
    } else {
      try takeKeyword(text.uppercased(), words, line)
    }
  }

  private mutating func takeColor(_ words: [ArraySlice<UInt8>]) throws(GradingError) {
    guard lineSize != nil || cubeSize != nil else {
      throw .cubeFile(
        line: number, found: "numbers before a size", expected: "LUT_1D_SIZE or LUT_3D_SIZE first")
    }
    guard colors.count < expectedCount else {
      throw .cubeFile(
        line: number, found: "more than \(expectedCount) colours", expected: "as many as the size says")
    }
    let values = try numbers(words[...], count: 3)
    colors.append(SIMD3(values[0], values[1], values[2]))
  }

  private mutating func takeKeyword(
    _ keyword: String, _ words: [ArraySlice<UInt8>], _ line: ArraySlice<UInt8>
  ) throws(GradingError) {
    guard colors.isEmpty else {
      throw .cubeFile(
        line: number, found: "'\(keyword)' among the colours", expected: "keywords before colours")
    }
    let rest = words.dropFirst()
    switch keyword {
    case "TITLE":
      title = Self.title(in: line)
    case "LUT_1D_SIZE":
      lineSize = try size(rest, before: lineSize, limits: LookupLine.sizes, keyword: keyword)
    case "LUT_3D_SIZE":
      cubeSize = try size(rest, before: cubeSize, limits: LookupCube.sizes, keyword: keyword)
    case "DOMAIN_MIN":
      let values = try numbers(rest, count: 3)
      minimum = SIMD3(values[0], values[1], values[2])
    case "DOMAIN_MAX":
      let values = try numbers(rest, count: 3)
      maximum = SIMD3(values[0], values[1], values[2])
    case "LUT_1D_INPUT_RANGE":
      let values = try numbers(rest, count: 2)
      lineRange = (values[0], values[1])
    case "LUT_3D_INPUT_RANGE":
      let values = try numbers(rest, count: 2)
      cubeRange = (values[0], values[1])
    case "LUT_IN_VIDEO_RANGE": takesVideoRange = true
    case "LUT_OUT_VIDEO_RANGE": givesVideoRange = true
    default:
      // A size says what the colours are; without it they cannot be understood.
      guard keyword.utf8.allSatisfy(Self.isKeywordByte), !keyword.hasSuffix("_SIZE") else {
        throw .cubeFile(
          line: number, found: "'\(Self.shown(words[0]))'", expected: "a keyword of .cube files or a number")
      }
      if !passedOver.contains(keyword) { passedOver.append(keyword) }
    }
    expectedCount = (lineSize ?? 0) + (cubeSize.map { $0 * $0 * $0 } ?? 0)
  }

  private mutating func finish() throws(GradingError) -> ColorLookup {
    guard lineSize != nil || cubeSize != nil else {
      throw .cubeFile(line: number, found: "no size", expected: "LUT_1D_SIZE or LUT_3D_SIZE")
    }
    guard colors.count == expectedCount else {
      throw .cubeFile(line: number, found: "\(colors.count) colours", expected: "\(expectedCount)")
    }
    if givesVideoRange { for index in colors.indices { colors[index] = Self.fullRange(colors[index]) } }
    let lineEnd = lineSize ?? 0
    var line: LookupLine?
    if lineSize != nil {
      line = try LookupLine(
        domain: try domain(range: lineRange), values: colors[..<lineEnd].flatMap { [$0.x, $0.y, $0.z] })
    }
    var cube: LookupCube?
    if let cubeSize {
      // In a file with both, DOMAIN_MIN and DOMAIN_MAX describe what enters: the line.
      let cubeDomain = line == nil || cubeRange != nil ? try domain(range: cubeRange) : .unit
      cube = try LookupCube(domain: cubeDomain, size: cubeSize, values: Array(colors[lineEnd...]))
    }
    return ColorLookup(title: title, line: line, cube: cube, passedOver: passedOver)
  }

  private func domain(range: (Float, Float)?) throws(GradingError) -> LookupDomain {
    let low = range.map { SIMD3(repeating: $0.0) } ?? minimum ?? SIMD3()
    let high = range.map { SIMD3(repeating: $0.1) } ?? maximum ?? SIMD3(repeating: 1)
    let (first, last) = takesVideoRange ? (Self.fullRange(low), Self.fullRange(high)) : (low, high)
    guard let domain = LookupDomain(minimum: first, maximum: last) else {
      throw .cubeFile(
        line: number,
        found: "a domain from \(low.x) \(low.y) \(low.z) to \(high.x) \(high.y) \(high.z)",
        expected: "each minimum below its maximum")
    }
    return domain
  }

  /// What a value of video range, black at 16 and white at 235 of 255, is in full range.
  private static func fullRange(_ value: SIMD3<Float>) -> SIMD3<Float> { (value * 255 - 16) / 219 }

  private static func isKeywordByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "_")
  }

  private func size(
    _ words: ArraySlice<ArraySlice<UInt8>>, before: Int?, limits: ClosedRange<Int>, keyword: String
  ) throws(GradingError) -> Int {
    guard before == nil, words.count == 1, let word = words.first,
      let size = Int(String(decoding: word, as: UTF8.self)), limits.contains(size)
    else {
      throw .cubeFile(
        line: number, found: "\(keyword) \(words.map { Self.shown($0) }.joined(separator: " "))",
        expected: "one size between \(limits.lowerBound) and \(limits.upperBound), once")
    }
    return size
  }

  private func numbers(
    _ words: ArraySlice<ArraySlice<UInt8>>, count: Int
  ) throws(GradingError) -> [Float] {
    guard words.count == count else {
      throw .cubeFile(line: number, found: "\(words.count) values", expected: "\(count) numbers")
    }
    var values: [Float] = []
    for word in words {
      guard let value = Float(String(decoding: word, as: UTF8.self)), value.isFinite else {
        throw .cubeFile(line: number, found: "'\(Self.shown(word))'", expected: "a finite number")
      }
      values.append(value)
    }
    return values
  }

  private static func shown(_ word: ArraySlice<UInt8>) -> String {
    String(decoding: word.prefix(40), as: UTF8.self)
  }

  private static func title(in line: ArraySlice<UInt8>) -> String {
    let quote = UInt8(ascii: "\"")
    guard let start = line.firstIndex(of: quote), let end = line.lastIndex(of: quote), start < end else {
      return ""
    }
    return String(decoding: line[(start + 1)..<end], as: UTF8.self)
  }
}
