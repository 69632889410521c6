/// Lays out GGUF files, version 3.
enum GGUFWriter {
  enum Value {
    case uint32(UInt32)
    case string(String)
  }

  /// Tensors and the whole data begin at multiples of this.
  static let alignment = 32

  /// The front of a file whose tensors follow in this order, each filled up to the alignment with zeros; itself filled
  /// up too.
  ///
  /// - Parameter tensors: shapes outermost axis first.
  static func header(
    _ values: [(key: String, value: Value)],
    _ tensors: [(name: String, type: GGUFTensorType, shape: [Int], byteCount: Int)]
  ) -> [UInt8] {
    var bytes = GGUFHeader.magic + number(3, 4) + number(tensors.count, 8) + number(values.count, 8)
    for (key, value) in values {
      bytes += string(key)
      switch value {
      case .uint32(let value):
        bytes += number(Int(GGUFMetadata.Kind.uint32.rawValue), 4) + number(Int(value), 4)
      case .string(let text): bytes += number(Int(GGUFMetadata.Kind.string.rawValue), 4) + string(text)
      }
    }
    var offset = 0
    for tensor in tensors {
      bytes += string(tensor.name) + number(tensor.shape.count, 4)
      bytes += tensor.shape.reversed().flatMap { number($0, 8) }
      bytes += number(Int(tensor.type.number), 4) + number(offset, 8)
      offset += tensor.byteCount + padding(tensor.byteCount)
    }
    return bytes + [UInt8](repeating: 0, count: padding(bytes.count))
  }

  /// Zeros that `count` bytes lack to the next multiple of the alignment.
  static func padding(_ count: Int) -> Int { (alignment - count % alignment) % alignment }

  private static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func string(_ text: String) -> [UInt8] { number(text.utf8.count, 8) + Array(text.utf8) }
}
