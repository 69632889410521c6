/// Decodes the fields of a network's configuration, each with the range it must be in.
///
/// Bounds are what keeps products of a hostile file's numbers from overflowing later.
package struct ConfigurationFields<Key: CodingKey> {
  private let container: KeyedDecodingContainer<Key>

  package init(_ decoder: any Decoder, keyedBy: Key.Type = Key.self) throws {
    container = try decoder.container(keyedBy: Key.self)
  }

  /// Whether the field is there and not null.
  package func has(_ key: Key) throws -> Bool {
    try container.contains(key) && !container.decodeNil(forKey: key)
  }

  package func integer(_ key: Key, in range: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    if let fallback, try !has(key) { return fallback }
    let value: Int = try decode(key, "an integer in \(range)")
    try require(range.contains(value), key, "an integer in \(range), found \(value)")
    return value
  }

  package func integers(_ key: Key, in range: ClosedRange<Int>, count: Int? = nil) throws -> [Int] {
    let values: [Int] = try decode(key, "a list of integers in \(range)")
    try require(
      values.allSatisfy(range.contains) && values.count == count ?? values.count, key,
      "\(count.map { "\($0) " } ?? "")integers in \(range), found \(values.prefix(16))")
    return values
  }

  package func number(_ key: Key, in range: ClosedRange<Double>, default fallback: Double? = nil) throws
    -> Double
  {
    if let fallback, try !has(key) { return fallback }
    let value: Double = try decode(key, "a number in \(range)")
    try require(range.contains(value), key, "a number in \(range), found \(value)")
    return value
  }

  package func numbers(_ key: Key, in range: ClosedRange<Double>, count: Int) throws -> [Double] {
    let values: [Double] = try decode(key, "\(count) numbers in \(range)")
    try require(
      values.allSatisfy(range.contains) && values.count == count, key,
      "\(count) numbers in \(range), found \(values.count): \(values.prefix(16))")
    return values
  }

  package func boolean(_ key: Key, default fallback: Bool) throws -> Bool {
    try has(key) ? decode(key, "true or false") : fallback
  }

  /// One of the names that `Choice` knows.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: Key, default fallback: Choice
  ) throws -> Choice {
    guard try has(key) else { return fallback }
    let name: String = try decode(key, "a name")
    if let choice = Choice(rawValue: name) { return choice }
    let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw DecodingError.dataCorruptedError(
      forKey: key, in: container, debugDescription: "expected one of \(known), found \"\(name)\"")
  }

  /// A nested object, or nil where it is absent or null.
  package func object<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws -> Value? {
    try has(key) ? container.decode(Value.self, forKey: key) : nil
  }

  /// The field's value. A decoder's own words for a wrong one are replaced: some do not say which field it is.
  private func decode<Value: Decodable>(_ key: Key, _ expected: String) throws -> Value {
    guard container.contains(key) else { return try container.decode(Value.self, forKey: key) }
    do {
      return try container.decode(Value.self, forKey: key)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: "expected \(expected)")
    }
  }

  /// Throws a `DecodingError` that names `key` unless `condition` holds.
  package func require(_ condition: Bool, _ key: Key, _ expected: @autoclosure () -> String) throws {
    if condition { return }
    throw DecodingError.dataCorruptedError(
      forKey: key, in: container, debugDescription: "expected \(expected())")
  }
}
