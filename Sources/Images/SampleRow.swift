/// Reads and writes stored samples as floats on the scale where `SampleType.white` is 1.
package enum SampleRow {
  /// Floats of `count` samples from byte `offset`; a NaN comes out as 0.
  package static func floats(of bytes: [UInt8], from offset: Int, count: Int, type: SampleType) -> [Float] {
    precondition(offset >= 0 && count >= 0 && offset + count * type.byteCount <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in
      unsafe [Float](unsafeUninitializedCapacity: count) { result, filled in
        for index in 0..<count {
          unsafe result[index] = load(raw, offset, index, type)
        }
        filled = count
      }
    }
  }

  /// One sample as a float.
  package static func float(of bytes: [UInt8], sample: Int, type: SampleType) -> Float {
    precondition(sample >= 0 && (sample + 1) * type.byteCount <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in unsafe load(raw, 0, sample, type) }
  }

  /// Stores a float as sample number `sample`: integers rounded to nearest and clamped, floats as they are.
  package static func store(_ value: Float, in bytes: inout [UInt8], sample: Int, type: SampleType) {
    precondition(sample >= 0 && (sample + 1) * type.byteCount <= bytes.count)
    unsafe bytes.withUnsafeMutableBytes { raw in
      switch type {
      case .uint8:
        unsafe raw[sample] = UInt8(rounded(value, 255))
      case .uint16:
        unsafe raw.storeBytes(of: UInt16(rounded(value, 65535)), toByteOffset: sample * 2, as: UInt16.self)
      case .float32:
        unsafe raw.storeBytes(of: value, toByteOffset: sample * 4, as: Float.self)
      }
    }
  }

  private static func rounded(_ value: Float, _ white: Float) -> Float {
    // A comparison with NaN is false, so NaN becomes 0.
    value > 0 ? min((value * white).rounded(), white) : 0
  }

  private static func load(_ raw: UnsafeRawBufferPointer, _ offset: Int, _ index: Int, _ type: SampleType)
    -> Float
  {
    switch type {
    case .uint8:
      return unsafe Float(raw[offset + index]) / 255
    case .uint16:
      return unsafe Float(raw.loadUnaligned(fromByteOffset: offset + index * 2, as: UInt16.self)) / 65535
    case .float32:
      let value = unsafe raw.loadUnaligned(fromByteOffset: offset + index * 4, as: Float.self)
      return value.isNaN ? 0 : value
    }
  }
}
