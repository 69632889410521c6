/// What is wrong with stored weights that an operation was asked to use.
package enum TensorError: Error, Equatable, CustomStringConvertible {
  /// A tensor has another shape than the layer needs.
  case shape(expected: String, found: [Int])
  /// A tensor's bytes do not match its shape and type.
  case size(expected: Int, found: Int)
  /// A row is no whole number of the type's blocks.
  case blocks(of: Int, found: Int)
  /// A tensor of 8-bit integers has no scale for each row.
  case rowScale(expected: Int, found: Int?)

  package var description: String {
    switch self {
    case .shape(let expected, let found):
      "expected a tensor of shape \(expected), found \(found)"
    case .size(let expected, let found):
      "expected \(expected) bytes for the tensor's shape and type, found \(found)"
    case .blocks(let elements, let found):
      "expected rows of a multiple of \(elements) elements for the tensor's type, found \(found)"
    case .rowScale(let expected, let found):
      if let found {
        "expected \(expected) row scales for a tensor of 8-bit integers, found \(found)"
      } else {
        "expected \(expected) row scales for a tensor of 8-bit integers, found none"
      }
    }
  }
}
