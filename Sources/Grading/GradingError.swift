/// What stops an adjustment, a selection or a map: what was expected, what was found, and what to do.
package enum GradingError: Error, Equatable, CustomStringConvertible {
  /// A parameter lies outside its range.
  case parameter(name: String, found: String, expected: String)
  /// A `.cube` file does not say what a lookup table must say.
  case cubeFile(line: Int, found: String, expected: String)
  /// An adjustment would colour a picture that has a single channel.
  case greyPicture(adjustment: String)
  /// Two pictures or a picture and its mask differ in something that must agree.
  case mismatch(what: String, first: String, second: String)

  package var description: String {
    switch self {
    case .parameter(let name, let found, let expected):
      "\(name) is \(found); it must be \(expected)"
    case .cubeFile(let line, let found, let expected):
      "lookup table, line \(line): found \(found); expected \(expected)"
    case .greyPicture(let adjustment):
      "\(adjustment) would add colour, but the picture is grey; convert it to RGB first"
    case .mismatch(let what, let first, let second):
      "\(what) differs: \(first) and \(second); make them agree first"
    }
  }
}
