/// What a pixel operation was given and cannot use.
package enum ImageProcessingError: Error, Equatable, CustomStringConvertible {
  /// Two things that must lie over each other do not.
  case size(name: String, expectedWidth: Int, expectedHeight: Int, foundWidth: Int, foundHeight: Int)
  case channels(name: String, expected: String, found: Int)
  case parameter(name: String, expected: String, found: String)
  /// The mask selects nothing.
  case emptyMask

  package var description: String {
    switch self {
    case .size(let name, let expectedWidth, let expectedHeight, let foundWidth, let foundHeight):
      "\(name) is \(foundWidth) x \(foundHeight) pixels; it must be \(expectedWidth) x \(expectedHeight)"
    case .channels(let name, let expected, let found):
      "\(name) has \(found) channels; it must have \(expected)"
    case .parameter(let name, let expected, let found):
      "\(name) is \(found); it must be \(expected)"
    case .emptyMask:
      "the mask selects no pixel: paint white where the picture may change"
    }
  }
}
