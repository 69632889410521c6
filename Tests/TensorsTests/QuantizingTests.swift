import Testing

@testable import Tensors

@Suite struct QuantizingTests {
  /// What a type loses of random weights: |written - read| / |read|, measured on these, a fifth to either side.
  @Test(arguments: [
    (DType.q8_0, 5.3e-3), (.q6K, 1.7e-2), (.q5K, 3.6e-2), (.q5_0, 4.3e-2), (.q5_1, 3.6e-2), (.q4K, 7.2e-2),
    (.q4_0, 8.8e-2), (.q4_1, 7.5e-2), (.q3K, 0.15), (.q2K, 0.25),
  ])
  func losesWhatItsTypeLoses(dtype: DType, expected: Double) throws {
    var noise = Noise(31)
    // Sums of three uniform numbers have some of the tails that weights have.
    let values = (0..<16 * 512).map { _ in noise.next() + noise.next() + noise.next() }
    let source = Tensor(values, shape: [16, 512])
    let bytes = try #require(source.quantized(to: dtype))
    let written = try stored(dtype, [16, 512], bytes).widened()
    let error = normalizedError(written.doubles, source.doubles).squareRoot()
    #expect((0.8 * expected...1.2 * expected).contains(error), "\(error)")
    // Rounding again finds the same values, or nearly: factors are searched for anew.
    let again = try stored(dtype, [16, 512], try #require(written.quantized(to: dtype))).widened()
    #expect(normalizedError(again.doubles, written.doubles).squareRoot() < 0.2 * expected)
  }

  @Test(arguments: DType.allCases.filter { $0.block.elements > 1 })
  func keepsConstantsAndZeros(dtype: DType) throws {
    for value: Float in [0, 1, -3, 0.05] {
      let source = Tensor([Float](repeating: value, count: 256), shape: [1, 256])
      let written = try stored(dtype, [1, 256], try #require(source.quantized(to: dtype))).widened()
      // The shared factor of the K types, a 4000th of the value, is a 16-bit float near its smallest.
      #expect(written.values.allSatisfy { abs($0 - value) <= 1e-2 * abs(value) }, "\(value)")
    }
  }

  @Test(arguments: DType.allCases.filter { $0.block.elements > 1 })
  func refusesWhatDoesNotFit(dtype: DType) {
    for value: Float in [.infinity, .nan, -3e38, 1e12] {
      var values = [Float](repeating: 1, count: 256)
      values[77] = value
      #expect(Tensor(values, shape: [1, 256]).quantized(to: dtype) == nil, "\(value)")
    }
  }

  /// Blocks that differ in scale by a factor of a thousand do not disturb each other.
  @Test func smallBlocksKeepTheirPrecision() throws {
    var noise = Noise(8)
    let values = (0..<512).map { noise.next() * ($0 < 256 ? 1 : 1e-3) }
    for dtype in DType.allCases where dtype.block.elements > 1 {
      let source = Tensor(values, shape: [2, 256])
      let written = try stored(dtype, [2, 256], try #require(source.quantized(to: dtype))).widened()
      let small = normalizedError(written.rows(1..<2).doubles, source.rows(1..<2).doubles).squareRoot()
      #expect(small < 0.35, "\(dtype): \(small)")
    }
  }
}
