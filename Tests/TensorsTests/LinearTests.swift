import Testing

@testable import Tensors

@Suite struct LinearTests {
  // Matrix products may differ from double by NMSE 1e-7; single-precision sums of up to 700 terms in order
  // measure about 1e-13 here, so 1e-11 would show a wrong element.
  let tolerance = 1e-11

  @Test(arguments: [1, 5, 7, 12, 63, 65, 200], [1, 7, 33, 65])
  func matchesDouble(rows: Int, outputs: Int) {
    for inputs in [1, 19, 256, 300] {
      var noise = Noise(UInt64(rows * 1000 + outputs * 10 + inputs))
      let x = noise.tensor([rows, inputs])
      let w = noise.tensor([outputs, inputs])
      let bias = noise.tensor([outputs])
      let expected = product(x.doubles, w.doubles, n: rows, k: inputs, m: outputs).enumerated().map {
        $1 + Double(bias.values[$0 % outputs])
      }
      let found = expectSameBitsForThreadCounts { linear(x, WeightMatrix(w), bias: bias) }
      #expect(found.shape == [rows, outputs])
      #expect(normalizedError(found.doubles, expected) < tolerance)
    }
  }

  @Test func aRowDoesNotDependOnTheOthers() {
    var noise = Noise(3)
    let x = noise.tensor([401, 300])
    let weight = WeightMatrix(noise.tensor([97, 300]))
    let all = linear(x, weight)
    for row in [0, 5, 191, 192, 250, 400] {
      #expect(linear(x.rows(row..<row + 1), weight).bits == all.rows(row..<row + 1).bits)
    }
    #expect(linear(x.rows(100..<177), weight).bits == all.rows(100..<177).bits)
  }

  @Test(arguments: DType.allCases)
  func storedTypes(dtype: DType) throws {
    let (rows, outputs, inputs) = (1300, 45, dtype.wholeBlocks(277))
    var noise = Noise(11)
    let x = noise.tensor([rows, inputs])
    let stored = try storedNoise(dtype, [outputs, inputs], seed: 5)
    let expected = product(x.doubles, try stored.widened().doubles, n: rows, k: inputs, m: outputs)
    let packed = linear(x, try WeightMatrix(stored))
    let streamed = expectSameBitsForThreadCounts {
      // swift-format-ignore: NeverUseForceTry
      linear(x, try! WeightMatrix(stored, residency: .streamed))
    }
    #expect(normalizedError(packed.doubles, expected) < tolerance)
    #expect(packed.bits == streamed.bits)
  }

  /// What bfloat16 arithmetic multiplies: both factors rounded, sums in double.
  func roundedProduct(_ x: Tensor, _ w: Tensor) -> [Double] {
    func rounded(_ t: Tensor) -> [Double] {
      t.narrowedToBFloat16().map { Double(Float(bitPattern: UInt32($0) << 16)) }
    }
    return product(
      rounded(x), rounded(w), n: x.matrixShape.rows, k: x.matrixShape.width, m: w.matrixShape.rows)
  }

  @Test(arguments: [1, 7, 63, 200], [1, 2, 33, 511, 513, 1100])
  func bfloat16(rows: Int, inputs: Int) {
    var noise = Noise(UInt64(rows + inputs))
    let x = noise.tensor([rows, inputs])
    let w = noise.tensor([45, inputs])
    let found = expectSameBitsForThreadCounts { linear(x, WeightMatrix(w, compute: .bf16)) }
    // Only the sums' own rounding remains.
    #expect(normalizedError(found.doubles, roundedProduct(x, w)) < tolerance)
    let row = linear(x.rows(rows - 1..<rows), WeightMatrix(w, compute: .bf16))
    #expect(row.bits == found.rows(rows - 1..<rows).bits)
  }

  @Test(arguments: DType.allCases)
  func bfloat16OfStoredTypes(dtype: DType) throws {
    var noise = Noise(13)
    let inputs = dtype.wholeBlocks(601)
    let x = noise.tensor([130, inputs])
    let stored = try storedNoise(dtype, [45, inputs], seed: 6)
    let packed = linear(x, try WeightMatrix(stored, compute: .bf16))
    #expect(normalizedError(packed.doubles, roundedProduct(x, try stored.widened())) < tolerance)
    let streamed = linear(x, try WeightMatrix(stored, residency: .streamed, compute: .bf16))
    #expect(packed.bits == streamed.bits)
  }

  @Test func gatedAddAndAccumulation() {
    let (n, k, m) = (70, 65, 50)
    var noise = Noise(8)
    let x = noise.tensor([n, k])
    let w = noise.tensor([m, k])
    let bias = noise.tensor([m])
    let gate = noise.tensor([m])
    let residual = noise.tensor([n, m])
    let plain = product(x.doubles, w.doubles, n: n, k: k, m: m)
    let expected = plain.indices.map { i in
      residual.doubles[i] + gate.doubles[i % m] * (plain[i] + bias.doubles[i % m])
    }
    let weight = WeightMatrix(w)
    let added = linear(x, weight, bias: bias, gate: gate, addedTo: residual)
    #expect(normalizedError(added.doubles, expected) < tolerance)
    var inPlace = residual
    addLinear(x, weight, bias: bias, gate: gate, to: &inPlace)
    #expect(inPlace.bits == added.bits)
  }

  @Test func gatedUnit() {
    let (n, k, m) = (66, 300, 70)
    var noise = Noise(9)
    let x = noise.tensor([n, k])
    let gate = WeightMatrix(noise.tensor([m, k], scale: 0.1))
    let up = WeightMatrix(noise.tensor([m, k], scale: 0.1))
    let fused = siluGatedLinear(x, gate: gate, up: up)
    #expect(fused.bits == siluGate(linear(x, gate), linear(x, up)).bits)
  }

  @Test func activationsAreThoseOfTheElementwiseFunction() {
    var noise = Noise(10)
    let x = noise.tensor([30, 20])
    let weight = WeightMatrix(noise.tensor([40, 20]))
    for kind in [Activation.silu, .geluTanh, .geluErf, .quickGELU] {
      #expect(linear(x, weight, activation: kind).bits == activate(linear(x, weight), kind).bits)
    }
  }

  @Test func matmulBothWays() {
    var noise = Noise(12)
    let a = noise.tensor([13, 40])
    let b = noise.tensor([21, 40])
    let expected = product(a.doubles, b.doubles, n: 13, k: 40, m: 21)
    #expect(normalizedError(matmul(a, b, transposeB: true).doubles, expected) < tolerance)
    #expect(matmul(a, b.transposed()).bits == matmul(a, b, transposeB: true).bits)
  }

  @Test func refusesWeightsThatDoNotFitTheirShape() throws {
    let good = try storedNoise(.float16, [4, 4], seed: 1)
    let lying = StoredTensor(dtype: .float16, shape: [4, 5], bytes: good.bytes)
    #expect(throws: TensorError.size(expected: 40, found: 32)) { try WeightMatrix(lying) }
    let huge = StoredTensor(dtype: .float16, shape: [.max, 5], bytes: good.bytes)
    #expect(throws: TensorError.self) { try WeightMatrix(huge) }
    let vector = StoredTensor(dtype: .float16, shape: [16], bytes: good.bytes)
    #expect(throws: TensorError.shape(expected: "(out, in)", found: [16])) { try WeightMatrix(vector) }
    let unscaled = StoredTensor(dtype: .int8, shape: [4, 8], bytes: good.bytes)
    #expect(throws: TensorError.rowScale(expected: 4, found: nil)) { try WeightMatrix(unscaled) }
  }
}
