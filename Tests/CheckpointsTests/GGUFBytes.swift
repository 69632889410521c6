/// Builds small GGUF files by hand.
struct GGUFBytes {
  enum Value {
    case uint32(UInt32)
    case float32(Float)
    case string(String)
  }

  /// A file of `values` and of 32-bit float tensors, outermost axis first.
  func file(_ values: [(String, Value)], tensors: [(name: String, shape: [Int], values: [Float])]) -> [UInt8]
  {
    var bytes = Array("GGUF".utf8) + number(3, 4) + number(tensors.count, 8) + number(values.count, 8)
    for (key, value) in values {
      bytes += string(key)
      switch value {
      case .uint32(let value): bytes += number(4, 4) + number(Int(value), 4)
      case .float32(let value): bytes += number(6, 4) + number(Int(value.bitPattern), 4)
      case .string(let text): bytes += number(8, 4) + string(text)
      }
    }
    var offset = 0
    for tensor in tensors {
      bytes += string(tensor.name) + number(tensor.shape.count, 4)
      bytes += tensor.shape.reversed().flatMap { number($0, 8) } + number(0, 4) + number(offset, 8)
      offset += (tensor.values.count * 4 + 31) / 32 * 32
    }
    for tensor in tensors {
      bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
      bytes += tensor.values.flatMap { number(Int($0.bitPattern), 4) }
    }
    return bytes
  }

  private func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func string(_ text: String) -> [UInt8] { number(text.utf8.count, 8) + Array(text.utf8) }
}
