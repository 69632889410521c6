/// What a pickle's instruction leaves behind. Parts are places in `Pickle`, so that values that hold each other, or
/// that are nested a million deep, cost no recursion.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case number
  case text(String)
  case tuple([Int])
  /// An entry of `Pickle.lists`.
  case list(Int)
  /// An entry of `Pickle.dictionaries`.
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(PickledStorage)
  case tensor(PickledTensor)

  /// What it is called in errors.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .boolean: "a truth value"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "text"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let global): global.rawValue
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}
