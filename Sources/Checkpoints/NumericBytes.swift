import Tensors

/// Turns the bytes of small tensors (inputs, scales, token ids) into floats. Weights do not come this way.
enum NumericBytes {
  /// Elements of `raw` as floats, or nil for a type that is no plain number.
  static func floats(_ raw: UnsafeRawBufferPointer, dtype: String) -> [Float]? {
    switch dtype {
    case "F32": unsafe map(raw, UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case "BF16": unsafe map(raw, UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    case "F16": unsafe map(raw, UInt16.self) { half(UInt16(littleEndian: $0)) }
    case "F64": unsafe map(raw, UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case "I64": unsafe map(raw, Int64.self) { Float(Int64(littleEndian: $0)) }
    case "I32": unsafe map(raw, Int32.self) { Float(Int32(littleEndian: $0)) }
    case "I16": unsafe map(raw, Int16.self) { Float(Int16(littleEndian: $0)) }
    case "I8": unsafe map(raw, Int8.self) { Float($0) }
    case "U8", "BOOL": unsafe map(raw, UInt8.self) { Float($0) }
    default: nil
    }
  }

  /// Elements of `stored` as floats, row factors applied, or nil for a type that is no plain number.
  static func floats(_ stored: StoredTensor) -> [Float]? {
    let raw = unsafe UnsafeRawBufferPointer(start: stored.bytes.base, count: stored.bytes.count)
    guard var values = unsafe floats(raw, dtype: stored.dtype.rawValue) else { return nil }
    if let scale = stored.rowScale, !scale.isEmpty {
      let columns = max(1, values.count / scale.count)
      for index in values.indices { values[index] *= scale[index / columns] }
    }
    return values
  }

  private static func map<Element: BitwiseCopyable>(
    _ raw: UnsafeRawBufferPointer, _ type: Element.Type, _ widen: (Element) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Element>.size
    return (0..<raw.count / size).map { index in
      widen(unsafe raw.loadUnaligned(fromByteOffset: index * size, as: type))
    }
  }

  /// IEEE half to single, by its fields: `Float16` is not available on every platform this builds for.
  static func half(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF)
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    if magnitude >= 0x7C00 { return magnitude == 0x7C00 ? sign * .infinity : .nan }
    if magnitude < 0x0400 { return sign * Float(magnitude) * 0x1p-24 }
    return sign * Float(bitPattern: (magnitude << 13) + (112 << 23))
  }
}
