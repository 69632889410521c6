import Testing

@testable import Tensors

@Suite struct ElementwiseTests {
  // Element-wise single precision: relative 1e-5; measured below 2e-6.
  let tolerance = 1e-5

  @Test(arguments: [1, 7, 16, 65, 300])
  func norms(width: Int) {
    var noise = Noise(UInt64(width))
    let x = noise.tensor([67, width], scale: 4)
    let scale = noise.tensor([width])
    let shift = noise.tensor([width])
    let modulated = expectSameBitsForThreadCounts { layerNorm(x, epsilon: 1e-6, scale: scale, shift: shift) }
    let affine = layerNorm(x, epsilon: 1e-5, weight: scale, bias: shift)
    let rms = expectSameBitsForThreadCounts { rmsNorm(x, weight: scale, epsilon: 1e-5) }
    for row in 0..<67 {
      let values = (0..<width).map { x[row, $0] }
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
      let square = values.map { $0 * $0 }.reduce(0, +) / Double(width)
      for i in 0..<width {
        let d = values[i] - mean
        let first = d / (variance + 1e-6).squareRoot() * (1 + scale.doubles[i]) + shift.doubles[i]
        #expect(abs(modulated[row, i] - first) < tolerance * 10)
        let second = d / (variance + 1e-5).squareRoot() * scale.doubles[i] + shift.doubles[i]
        #expect(abs(affine[row, i] - second) < tolerance * 10)
        let third = values[i] / (square + 1e-5).squareRoot() * scale.doubles[i]
        #expect(abs(rms[row, i] - third) < tolerance)
      }
    }
  }

  @Test func activations() {
    let inputs = (0..<2003).map { Float($0 - 1001) / 50 }
    let x = Tensor(inputs, shape: [2003])
    let xs = x.doubles
    let cases: [(Activation, (Double) -> Double)] = [
      (.silu, { $0 / (1 + exponential(-$0)) }),
      (.quickGELU, { $0 / (1 + exponential(-1.702 * $0)) }),
      (.relu, { max($0, 0) }),
      (.sigmoid, { 1 / (1 + exponential(-$0)) }),
      (.geluTanh, { $0 / (1 + exponential(-2 * 0.7978845608028654 * ($0 + 0.044715 * $0 * $0 * $0))) }),
      (.geluErf, { $0 / 2 * complementaryErrorFunction(-$0 / 1.4142135623730951) }),
    ]
    for (kind, function) in cases {
      let expected = xs.map(function)
      #expect(relativeError(activate(x, kind).doubles, expected, floor: 1e-6) < tolerance, "\(kind)")
    }
    #expect(activate(x, .none).bits == x.bits)
  }

  @Test func activationsOfExtremes() {
    let x = Tensor([-.infinity, -1e30, -200, 200, 1e30, .infinity], shape: [6])
    #expect(silu(x).values.suffix(3) == [200, 1e30, .infinity])
    #expect(silu(x).values[1...2].allSatisfy { $0 == 0 })
  }

  @Test func softmax() {
    var noise = Noise(21)
    for width in [1, 7, 63, 65, 1000] {
      let x = noise.tensor([9, width], scale: 20)
      let found = softmaxRows(x)
      for row in 0..<9 {
        let values = (0..<width).map { x[row, $0] }
        let top = values.max() ?? 0
        let weights = values.map { exponential($0 - top) }
        let sum = weights.reduce(0, +)
        for i in 0..<width { #expect(abs(found[row, i] - weights[i] / sum) < 1e-6) }
      }
    }
  }

  @Test func arithmetic() {
    var noise = Noise(22)
    let a = noise.tensor([40, 37])
    let b = noise.tensor([40, 37])
    let gate = noise.tensor([37])
    let x = a.doubles
    let y = b.doubles
    let factors = gate.doubles
    func check(_ found: Tensor, _ expected: (Int) -> Double) {
      #expect(relativeError(found.doubles, x.indices.map(expected), floor: 0.1) < tolerance)
    }
    check(add(a, b)) { x[$0] + y[$0] }
    check(subtract(a, b)) { x[$0] - y[$0] }
    check(multiply(a, b)) { x[$0] * y[$0] }
    check(scale(a, by: 0.5)) { x[$0] * 0.5 }
    check(combine(a, 2, b, -3)) { 2 * x[$0] - 3 * y[$0] }
    check(siluGate(a, b)) { x[$0] / (1 + exponential(-x[$0])) * y[$0] }
    var sum = a
    addGated(&sum, b, gate: gate)
    check(sum) { x[$0] + y[$0] * factors[$0 % 37] }
    // The original keeps its values: tensors are values.
    #expect(a.doubles == x)
  }

  @Test(arguments: [RotaryPairing.adjacent, .halves])
  func rotary(pairing: RotaryPairing) {
    let (tokens, heads, dim) = (33, 3, 10)
    var noise = Noise(23)
    let x = noise.tensor([tokens, heads * dim])
    let cosines = noise.tensor([tokens, dim / 2])
    let sines = noise.tensor([tokens, dim / 2])
    var found = x
    applyRotary(&found, cosines: cosines, sines: sines, heads: heads, pairing: pairing)
    for token in 0..<tokens {
      for head in 0..<heads {
        for i in 0..<dim / 2 {
          let first = head * dim + (pairing == .adjacent ? 2 * i : i)
          let second = head * dim + (pairing == .adjacent ? 2 * i + 1 : i + dim / 2)
          let (c, s) = (cosines[token, i], sines[token, i])
          let (a, b) = (x[token, first], x[token, second])
          #expect(abs(found[token, first] - (a * c - b * s)) < 1e-6)
          #expect(abs(found[token, second] - (a * s + b * c)) < 1e-6)
        }
      }
    }
  }

  @Test func rows() {
    var noise = Noise(24)
    let x = noise.tensor([20, 45])
    let indices = [3, 19, 0, 3]
    let gathered = gatherRows(x, indices)
    for (row, index) in indices.enumerated() {
      #expect(gathered.rows(row..<row + 1).values == x.rows(index..<index + 1).values)
    }
    let start = noise.tensor([20, 45])
    let weights: [Float] = [0.5, 2, -1, 3]
    let found = expectSameBitsForThreadCounts {
      var sum = start
      scatterAddRows(gathered, indices, weights: weights, to: &sum)
      return sum
    }
    var expected = start.doubles
    for (row, index) in indices.enumerated() {
      for i in 0..<45 { expected[index * 45 + i] += Double(weights[row]) * gathered[row, i] }
    }
    #expect(relativeError(found.doubles, expected) < tolerance)
  }
}
