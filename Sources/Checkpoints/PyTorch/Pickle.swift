/// The values of one pickle.
struct Pickle {
  var values: [PickleValue] = []
  var lists: [[Int]] = []
  /// Pairs of key and value in the order they were set.
  var dictionaries: [[(key: Int, value: Int)]] = []
  /// The place of what the pickle is of.
  var root = 0

  var rootValue: PickleValue { values[root] }

  /// The entries of a dictionary whose keys are text.
  func entries(of dictionary: Int) -> [(name: String, value: PickleValue)] {
    dictionaries[dictionary].compactMap { entry in
      if case .text(let name) = values[entry.key] { (name, values[entry.value]) } else { nil }
    }
  }

  /// Integers of a tuple or a list, or nil for anything else.
  func integers(_ place: Int) -> [Int]? {
    let parts: [Int]
    switch values[place] {
    case .tuple(let places): parts = places
    case .list(let list): parts = lists[list]
    default: return nil
    }
    var result: [Int] = []
    for part in parts {
      guard case .integer(let value) = values[part] else { return nil }
      result.append(value)
    }
    return result
  }
}
