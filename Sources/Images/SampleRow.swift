/// Reads and writes stored samples as floats on the scale where `SampleType.white` is 1.
package enum SampleRow {
  /// Floats of `count` samples from byte `offset`; a NaN comes out as 0.
  package static func floats(of bytes: [UInt8], from offset: Int, count: Int, type: SampleType) -> [Float] {
    precondition(offset >= 0 && count >= 0 && offset + count * type.byteCount <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in
      unsafe [Float](unsafeUninitializedCapacity: count) { result, filled in
        switch type {
        case .uint8:
          for index in 0..<count { unsafe result[index] = Float(raw[offset + index]) / 255 }
        case .uint16:
          for index in 0..<count {
            let value = unsafe raw.loadUnaligned(fromByteOffset: offset + index * 2, as: UInt16.self)
            unsafe result[index] = Float(value) / 65535
          }
        case .float32:
          for index in 0..<count {
            let value = unsafe raw.loadUnaligned(fromByteOffset: offset + index * 4, as: Float.self)
            unsafe result[index] = value.isNaN ? 0 : value
          }
        }
        filled = count
      }
    }
  }

  /// One sample as a float.
  package static func float(of bytes: [UInt8], sample: Int, type: SampleType) -> Float {
    precondition(sample >= 0 && (sample + 1) * type.byteCount <= bytes.count)
    return unsafe bytes.withUnsafeBytes { raw in
      switch type {
      case .uint8: return unsafe Float(raw[sample]) / 255
      case .uint16:
        return unsafe Float(raw.loadUnaligned(fromByteOffset: sample * 2, as: UInt16.self)) / 65535
      case .float32:
        let value = unsafe raw.loadUnaligned(fromByteOffset: sample * 4, as: Float.self)
        return value.isNaN ? 0 : value
      }
    }
  }

  /// Stores floats as samples from byte `offset`: integers rounded to nearest and clamped, floats as they are.
  package static func store(_ values: [Float], in bytes: inout [UInt8], from offset: Int, type: SampleType) {
    let count = values.count
    precondition(offset >= 0 && offset + count * type.byteCount <= bytes.count)
    unsafe bytes.withUnsafeMutableBytes { raw in
      switch type {
      case .uint8:
        for index in 0..<count { unsafe raw[offset + index] = UInt8(rounded(values[index], 255)) }
      case .uint16:
        for index in 0..<count {
          let value = UInt16(rounded(values[index], 65535))
          unsafe raw.storeBytes(of: value, toByteOffset: offset + index * 2, as: UInt16.self)
        }
      case .float32:
        for index in 0..<count {
          unsafe raw.storeBytes(of: values[index], toByteOffset: offset + index * 4, as: Float.self)
        }
      }
    }
  }

  /// Stores one float as sample number `sample`.
  package static func store(_ value: Float, in bytes: inout [UInt8], sample: Int, type: SampleType) {
    store([value], in: &bytes, from: sample * type.byteCount, type: type)
  }

  private static func rounded(_ value: Float, _ white: Float) -> Float {
    // A comparison with NaN is false, so NaN becomes 0.
    value > 0 ? min((value * white).rounded(), white) : 0
  }
}
