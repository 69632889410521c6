import Tensors

/// The keys and values at the front of a GGUF file: the network's sizes, and its tokenizer.
///
/// Values stay in the mapped file until they are asked for; a vocabulary is large. What is asked for under another
/// type than the file's is nil, as if it were not there.
@safe package struct GGUFMetadata: Sendable {
  /// Numbers of the format's value types.
  enum Kind: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of a value, nil where they vary.
    var size: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .string, .array: nil
      }
    }
  }

  /// Where a value is: `count` elements of `kind` from `start` on.
  struct Field: Sendable {
    let kind: Kind
    let count: Int
    let start: Int
    let isArray: Bool
  }

  private let fields: [String: Field]
  private let bytes: StoredBytes

  init(fields: [String: Field], bytes: StoredBytes) {
    self.fields = fields
    self.bytes = bytes
  }

  /// Keys in alphabetical order.
  package var keys: [String] { fields.keys.sorted() }

  package func contains(_ key: String) -> Bool { fields[key] != nil }

  /// Elements of the array under `key`.
  package func count(of key: String) -> Int? { fields[key].flatMap { $0.isArray ? $0.count : nil } }

  /// What kind of network this is: `hidream`, `llama`, `t5encoder`, ...
  package var architecture: String? { string("general.architecture") }

  package func string(_ key: String) -> String? {
    scalar(key).flatMap { strings($0) }?.first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Any kind of whole number that fits.
  package func integer(_ key: String) -> Int? { scalar(key).flatMap { integers($0) }?.first }

  /// Any kind of number.
  package func number(_ key: String) -> Double? { scalar(key).flatMap { numbers($0) }?.first }

  package func boolean(_ key: String) -> Bool? {
    guard let field = scalar(key), field.kind == .bool else { return nil }
    return integers(field)?.first.map { $0 != 0 }
  }

  /// The bytes of each string: a vocabulary's pieces need not be UTF-8.
  package func strings(_ key: String) -> [[UInt8]]? { array(key).flatMap { strings($0) } }

  package func integers(_ key: String) -> [Int]? { array(key).flatMap { integers($0) } }

  package func numbers(_ key: String) -> [Double]? { array(key).flatMap { numbers($0) } }

  /// One line for people: the value, or what an array holds.
  package func summary(of key: String) -> String? {
    guard let field = fields[key] else { return nil }
    if field.isArray {
      let values = field.count <= 8 ? numbers(field)?.map { Self.text($0) } : nil
      return values.map { "[\($0.joined(separator: ", "))]" } ?? "\(field.count) x \(field.kind)"
    }
    if field.kind == .bool { return boolean(key).map(String.init) }
    return field.kind == .string ? string(key) : number(key).map { Self.text($0) }
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private func scalar(_ key: String) -> Field? { fields[key].flatMap { $0.isArray ? nil : $0 } }
  private func array(_ key: String) -> Field? { fields[key].flatMap { $0.isArray ? $0 : nil } }

  private func cursor(_ field: Field) -> ByteCursor {
    unsafe ByteCursor(UnsafeRawBufferPointer(start: bytes.base, count: bytes.count), at: field.start)
  }

  private func strings(_ field: Field) -> [[UInt8]]? {
    guard field.kind == .string else { return nil }
    var cursor = cursor(field)
    let all = unsafe UnsafeRawBufferPointer(start: bytes.base, count: bytes.count)
    let values = try? (0..<field.count).map { _ in unsafe [UInt8](all[try cursor.stringRange()]) }
    withExtendedLifetime(bytes.owner) {}
    return values
  }

  private func integers(_ field: Field) -> [Int]? {
    var cursor = cursor(field)
    defer { withExtendedLifetime(bytes.owner) {} }
    func all<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> [Int]? {
      let values = try? (0..<field.count).map { _ in Int(exactly: try cursor.read(type)) }
      return values.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
    }
    return switch field.kind {
    case .uint8, .bool: all(UInt8.self)
    case .int8: all(Int8.self)
    case .uint16: all(UInt16.self)
    case .int16: all(Int16.self)
    case .uint32: all(UInt32.self)
    case .int32: all(Int32.self)
    case .uint64: all(UInt64.self)
    case .int64: all(Int64.self)
    case .float32, .float64, .string, .array: nil
    }
  }

  private func numbers(_ field: Field) -> [Double]? {
    var cursor = cursor(field)
    defer { withExtendedLifetime(bytes.owner) {} }
    return switch field.kind {
    case .float32:
      try? (0..<field.count).map { _ in Double(Float(bitPattern: try cursor.read(UInt32.self))) }
    case .float64: try? (0..<field.count).map { _ in Double(bitPattern: try cursor.read(UInt64.self)) }
    default: integers(field)?.map(Double.init)
    }
  }
}
