/// A path with a place for a number, as printf writes it: `out-%03d.png`.
struct NumberedPath {
  private let before: Substring
  private let after: Substring
  private let digits: Int?

  /// Only `%d` and `%0Nd` are places; any other text, a lone per cent sign included, stands for itself.
  init(_ pattern: String) {
    if let match = pattern.firstMatch(of: /%(?:0([1-9]))?d/) {
      before = pattern[..<match.range.lowerBound]
      after = pattern[match.range.upperBound...]
      digits = match.output.1.flatMap { Int($0) } ?? 1
    } else {
      before = pattern[...]
      after = ""
      digits = nil
    }
  }

  func path(_ index: Int, of count: Int) -> String {
    let number = "\(index)"
    if let digits {
      return before + String(repeating: "0", count: max(0, digits - number.count)) + number + after
    }
    guard count > 1 else { return String(before) }
    let name = before.lastIndex(of: "/").map { before.index(after: $0) } ?? before.startIndex
    let dot = before[name...].lastIndex(of: ".") ?? before.endIndex
    let padded = String(repeating: "0", count: max(0, 3 - number.count)) + number
    return "\(before[..<dot])-\(padded)\(before[dot...])"
  }
}
