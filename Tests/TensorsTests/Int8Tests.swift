import CKernels
import Testing

@testable import Tensors

/// Products in 8-bit integers.
@Suite struct Int8Tests {
  // What remains beside the integers is the rounding of one conversion, two products and a sum, about 1e-7 each.
  let tolerance = 1e-12

  /// Each row as integers of magnitude 127 at most, times one factor: what int8 arithmetic multiplies.
  func rounded(_ t: Tensor) -> [Double] {
    let (rows, width) = t.matrixShape
    return (0..<rows).flatMap { row -> [Double] in
      let values = t.values[row * width..<(row + 1) * width]
      let top = values.map(abs).max() ?? 0
      let (inverse, scale) = (127 / top, top / 127)
      return values.map { Double(($0 * inverse).rounded(.toNearestOrEven)) * Double(scale) }
    }
  }

  func roundedProduct(_ x: Tensor, _ weights: [Double], outputs: Int) -> [Double] {
    let (rows, width) = x.matrixShape
    return product(rounded(x), weights, n: rows, k: width, m: outputs)
  }

  @Test(arguments: [1, 7, 63, 200], [1, 3, 33, 1023, 1025, 2100])
  func matchesIntegers(rows: Int, inputs: Int) {
    var noise = Noise(UInt64(rows + inputs))
    let x = noise.tensor([rows, inputs])
    let w = noise.tensor([45, inputs], scale: 0.1)
    let bias = noise.tensor([45])
    let weight = WeightMatrix(w, compute: .int8)
    let found = expectSameBitsForThreadCounts { linear(x, weight, bias: bias) }
    let sums = roundedProduct(x, rounded(w), outputs: 45)
    let expected = sums.indices.map { sums[$0] + Double(bias.values[$0 % 45]) }
    #expect(normalizedError(found.doubles, expected) < tolerance)
    let row = linear(x.rows(rows - 1..<rows), weight, bias: bias)
    #expect(row.bits == found.rows(rows - 1..<rows).bits)
  }

  @Test func isCloseToSinglePrecision() {
    var noise = Noise(14)
    let x = noise.tensor([100, 768])
    let w = noise.tensor([90, 768])
    let error = normalizedError(
      linear(x, WeightMatrix(w, compute: .int8)).doubles, linear(x, WeightMatrix(w)).doubles)
    // Rounding to steps of 1/127 of the largest value adds (1/127)^2 / 12 to uniform values' mean square of 1/3:
    // 1.55e-5 for each factor.
    #expect(error > 2.5e-5 && error < 4e-5, "\(error)")
  }

  @Test(arguments: DType.allCases)
  func storedTypes(dtype: DType) throws {
    var noise = Noise(15)
    let inputs = dtype.wholeBlocks(1101)
    let x = noise.tensor([1300, inputs])
    let stored = try storedNoise(dtype, [45, inputs], seed: 6)
    let wide = try stored.widened()
    let packed = linear(x, try WeightMatrix(stored, compute: .int8))
    // Stored integers are used as they are.
    let weights = dtype == .int8 ? wide.doubles : rounded(wide)
    #expect(normalizedError(packed.doubles, roundedProduct(x, weights, outputs: 45)) < tolerance)
    let streamed = try WeightMatrix(stored, residency: .streamed, compute: .int8)
    #expect(packed.bits == expectSameBitsForThreadCounts { linear(x, streamed) }.bits)
  }

  @Test func storedIntegersReachMinus128() throws {
    let (inputs, factor) = (64, Float(0.25))
    let weights = stored(.int8, [1, inputs], [UInt8](repeating: 0x80, count: inputs), rowScale: [factor])
    let x = Tensor([Float](repeating: 127, count: inputs), shape: [1, inputs])
    for residency in [WeightResidency.packed, .streamed] {
      let found = linear(x, try WeightMatrix(weights, residency: residency, compute: .int8))
      #expect(found.values == [-128 * 127 * Float(inputs) * factor])
    }
  }

  /// Weights read in place, so that quantizing and packing are the instruction set's own too.
  func productBits(_ name: String, _ x: Tensor, _ w: Tensor, _ bias: Tensor) -> [UInt32]? {
    guard let table = ck_kernels_named(name) else { return nil }
    let (rows, inputs) = x.matrixShape
    let outputs = w.matrixShape.rows
    var y = Tensor(zeros: [rows, outputs])
    y.write { y in
      x.read { x in
        w.read { w in
          bias.read { bias in
            let weights = ck_weights(
              panels: nil, rows: w, row_scale: nil, columns: Int64(outputs), depth: Int64(inputs),
              dtype: CK_FLOAT32, compute: CK_COMPUTE_INT8)
            var job = ck_product(
              x: x, x_stride: Int64(inputs), picture: nil, weights: weights, bias: bias, slope: nil,
              residual: nil, residual_stride: 0, gate: nil, paired: nil, activation: CK_ACTIVATION_NONE,
              attends: false, y: y, y_stride: Int64(outputs))
            table.pointee.product(&job, 0, Int64(rows), 0, Int64((outputs + 31) / 32))
          }
        }
      }
    }
    return y.bits
  }

  @Test(arguments: ["avx2", "avx512", "avx512bf16"])
  func sameBitsOnEveryProcessor(name: String) throws {
    for (rows, inputs, outputs) in [(1, 5, 3), (29, 1101, 45), (12, 4096, 64)] {
      var noise = Noise(UInt64(inputs))
      // The largest products that bytes can have, beside others: 16-bit sums of two would overflow.
      let x = Tensor(
        noise.tensor([rows, inputs]).values.map { abs($0) < 0.5 ? 1 : $0 }, shape: [rows, inputs])
      let w = Tensor(
        noise.tensor([outputs, inputs]).values.map { abs($0) < 0.5 ? -1 : $0 }, shape: [outputs, inputs])
      let bias = noise.tensor([outputs])
      let portable = try #require(productBits("portable", x, w, bias))
      // A processor without the instruction set has nothing to compare.
      guard let found = productBits(name, x, w, bias) else { return }
      #expect(found == portable)
    }
  }

  @Test(arguments: [WeightResidency.packed, .streamed])
  func gatedUnitAndGatedAdd(residency: WeightResidency) throws {
    var noise = Noise(16)
    let x = noise.tensor([66, 300])
    let gate = try WeightMatrix(
      storedNoise(.bfloat16, [70, 300], seed: 2), residency: residency, compute: .int8)
    let up = try WeightMatrix(
      storedNoise(.float16, [70, 300], seed: 3), residency: residency, compute: .int8)
    let fused = siluGatedLinear(x, gate: gate, up: up)
    #expect(fused.bits == siluGate(linear(x, gate), linear(x, up)).bits)
    let (factors, bias, residual) = (noise.tensor([70]), noise.tensor([70]), noise.tensor([66, 70]))
    let plain = linear(x, gate, bias: bias).doubles
    var sum = residual
    addLinear(x, gate, bias: bias, gate: factors, to: &sum)
    #expect(sum.bits == linear(x, gate, bias: bias, gate: factors, addedTo: residual).bits)
    let expected = plain.indices.map { residual.doubles[$0] + factors.doubles[$0 % 70] * plain[$0] }
    #expect(normalizedError(sum.doubles, expected) < tolerance)
  }

  @Test func zerosAndValuesThatAreNotFinite() {
    var noise = Noise(17)
    var values = noise.tensor([4, 40]).values
    for i in 0..<40 { values[i] = 0 }
    values[40 + 39] = .infinity
    values[80 + 3] = .nan
    let found = linear(
      Tensor(values, shape: [4, 40]), WeightMatrix(noise.tensor([35, 40]), compute: .int8))
    #expect(found.rows(0..<1).values.allSatisfy { $0 == 0 })
    #expect(found.rows(1..<3).values.allSatisfy { $0.isNaN })
    #expect(found.rows(3..<4).values.allSatisfy { $0.isFinite })
  }

  @Test func longRowsGoToBFloat16() {
    #expect(WeightMatrix(Tensor(zeros: [1, 32_768]), compute: .int8).compute == .int8)
    #expect(WeightMatrix(Tensor(zeros: [1, 32_769]), compute: .int8).compute == .bf16)
  }

  @Test(arguments: [3, 5, 64])
  func convolution(channels: Int) {
    var noise = Noise(18)
    let x = noise.tensor([9, 11, channels])
    let w = noise.tensor([20, channels, 3, 3])
    let exact = Convolution(w)(x, paddingX: .circular)
    let found = expectSameBitsForThreadCounts {
      Convolution(w, compute: .int8)(x, paddingX: .circular)
    }
    // As for linear layers.
    let error = normalizedError(found.doubles, exact.doubles)
    #expect(error > 1e-5 && error < 4e-5, "\(error)")
  }
}
