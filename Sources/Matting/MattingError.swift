import Images

/// Why a matte could not be made.
package enum MattingError: Error, Equatable, CustomStringConvertible {
  /// Two planes that must lie over each other do not have the same size.
  case sizeMismatch(what: String, expected: String, found: String)
  /// The picture has a channel count that holds no colour.
  case channels(found: Int)
  /// A trimap or scribbles lack one of the two sides, so nothing tells foreground from background.
  case missingLabel(what: String, missing: String)
  /// The rectangle does not lie inside the picture or covers all of it.
  case rectangle(found: String, width: Int, height: Int)
  /// A parameter is outside the range in which it means something.
  case parameter(name: String, found: String, expected: String)

  package var description: String {
    switch self {
    case .sizeMismatch(let what, let expected, let found):
      "\(what) is \(found), the picture is \(expected); both must have the same size"
    case .channels(let found):
      "the picture has \(found) channels; a matte needs 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA)"
    case .missingLabel(let what, let missing):
      "\(what) marks no \(missing); mark at least one pixel of it"
    case .rectangle(let found, let width, let height):
      "the rectangle \(found) must overlap the \(width) x \(height) picture and leave some of it outside"
    case .parameter(let name, let found, let expected):
      "\(name) is \(found); expected \(expected)"
    }
  }

  static func checkSize(of what: String, _ width: Int, _ height: Int, matches picture: FloatImage)
    throws(Self)
  {
    guard width == picture.width, height == picture.height else {
      throw .sizeMismatch(
        what: what, expected: "\(picture.width) x \(picture.height)", found: "\(width) x \(height)")
    }
  }
}
