/// The value of a flag in a manifest: none, one or several.
struct FlagValue: Decodable {
  /// What follows `--name=`; nil is a flag without a value.
  let values: [String?]

  /// Flags that may be given several times; every other takes one value.
  static let repeatable: Set<String> = ["lora", "region", "add", "intersect", "subtract", "difference"]

  init(_ text: String) { values = [text] }

  init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      var values: [String?] = []
      while !list.isAtEnd { values += try list.decode(FlagValue.self).values }
      self.values = values
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      values = []
    } else if let isSet = try? value.decode(Bool.self) {
      values = isSet ? [nil] : []
    } else if let whole = try? value.decode(Int64.self) {
      values = ["\(whole)"]
    } else if let number = try? value.decode(Double.self) {
      values = ["\(number)"]
    } else {
      values = [try value.decode(String.self)]
    }
  }

  /// The text, where it is one.
  var text: String? { values.count == 1 ? values[0] : nil }

  /// As arguments under a flag's long name; nil where it is a list for a flag that takes one value.
  ///
  /// Numbers for one flag are its channels, as `--gain 1.5,1,1` has them.
  func arguments(_ name: String) -> [String]? {
    if values.count > 1, !Self.repeatable.contains(name) {
      guard values.allSatisfy({ $0.flatMap(Double.init) != nil }) else { return nil }
      return RequestFlags.flag(name, values.compactMap(\.self).joined(separator: ","))
    }
    return values.flatMap { value in value.map { RequestFlags.flag(name, $0) } ?? ["--\(name)"] }
  }
}
