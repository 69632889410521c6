import Testing

@testable import Tensors

@Suite struct StoredTensorTests {
  @Test func everyFloat16() throws {
    let patterns = (0...UInt16.max).map { $0 }
    let all = stored(.float16, [65536], patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    let widened = try all.widened()
    for (pattern, value) in zip(patterns, widened.values) {
      let expected = Float(Float16(bitPattern: pattern))
      #expect(value == expected || (value.isNaN && expected.isNaN))
    }
    let back = widened.narrowedToFloat16()
    for (pattern, value) in zip(patterns, back) where !Float16(bitPattern: pattern).isNaN {
      #expect(pattern == value)
    }
  }

  @Test func narrowingRoundsToNearestEven() {
    var noise = Noise(41)
    var values = (0..<20_000).map { i in noise.next() * [1e-8, 1e-5, 1, 1000, 1e5][i % 5] }
    values += [65504, 65519, 65520, 1e30, -.infinity, 0, -0.0, 5.9604645e-8, 2.9802322e-8, 6.0975e-5]
    let tensor = Tensor(values, shape: [values.count])
    for (value, bits) in zip(values, tensor.narrowedToFloat16()) {
      #expect(bits == Float16(value).bitPattern, "\(value)")
    }
    for (value, bits) in zip(values, tensor.narrowedToBFloat16()) {
      let wide = value.bitPattern
      let low = UInt64(wide & 0xffff)
      var expected = UInt16(wide >> 16)
      if low > 0x8000 || (low == 0x8000 && expected & 1 == 1) { expected += 1 }
      #expect(bits == expected, "\(value)")
    }
  }

  @Test func everyFloat8() throws {
    let widened = try stored(.float8E4M3, [256], (0...255).map { UInt8($0) }).widened().values
    for (byte, value) in widened.enumerated() {
      let exponent = byte >> 3 & 15
      let mantissa = Float(byte & 7)
      if byte & 127 == 127 {
        #expect(value.isNaN)
        continue
      }
      var expected = exponent == 0 ? mantissa / 512 : (1 + mantissa / 8)
      if exponent > 0 { expected *= Float(sign: .plus, exponent: exponent - 7, significand: 1) }
      #expect(value == (byte > 127 ? -expected : expected))
    }
  }

  @Test func int8RowsAreScaled() throws {
    let bytes = (0..<38).map { UInt8(bitPattern: Int8($0 - 19)) }
    let tensor = try stored(.int8, [2, 19], bytes, rowScale: [0.5, 2]).widened()
    let expected = (0..<38).map { (i: Int) -> Float in Float(i - 19) * (i < 19 ? 0.5 : 2) }
    #expect(tensor.values == expected)
  }

  @Test func longVectorsAndEmptyTensors() throws {
    let long = try storedNoise(.bfloat16, [200_001], seed: 3)
    let values = try long.widened().values
    #expect(values.count == 200_001)
    var noise = Noise(3)
    let last = (0..<200_001).map { _ in noise.next() }.last ?? 0
    #expect(abs(values[200_000] - last) <= abs(last) / 256)
    #expect(try stored(.float32, [0, 4], []).widened().count == 0)
  }
}
