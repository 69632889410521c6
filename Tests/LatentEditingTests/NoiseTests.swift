import Foundation
import Tensors
import Testing

@testable import LatentEditing

@Suite struct NoiseTests {
  /// The known answers that the generator's authors publish (Random123, kat_vectors: philox4x32 10).
  @Test func philoxKnownAnswers() {
    let zero = Philox(seed: 0).words(0, 0, 0, 0)
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox(seed: .max).words(.max, .max, .max, .max)
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let digits = Philox(seed: 0x299f_31d0_a409_3822).words(
      0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344)
    #expect(digits == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  /// Against the C library, which is right to the last place or so.
  @Test func elementaryFunctions() {
    for index in 1...4000 {
      let u = Double(index) / 4001
      #expect(abs(logarithm(u) - log(u)) <= 4 * max(log(u).magnitude, 1e-3).ulp)
      let (sine, cosine) = sineAndCosine(turns: u)
      #expect(abs(sine - sin(2 * .pi * u)) < 1e-15)
      #expect(abs(cosine - cos(2 * .pi * u)) < 1e-15)
      #expect(abs(exponential(-20 * u) / exp(-20 * u) - 1) < 1e-12)
    }
    #expect(abs(logarithm(0x1p-33) - log(0x1p-33)) < 1e-14)
  }

  /// Fixed values: a change of the generator would change every picture ever made with a seed.
  @Test func firstValuesOfSeed42() {
    let noise = NoiseField(seed: 42).normal(
      channels: 4, rect: CellRect(x: 0, y: 0, width: 1, height: 1), stream: 0)
    let words = Philox(seed: 42).words(0, 0, 0, 0)
    func expected(_ a: UInt32, _ b: UInt32) -> [Float] {
      let radius = sqrt(-2 * log((Double(a) + 0.5) / 4_294_967_296))
      let angle = 2 * Double.pi * (Double(b) + 0.5) / 4_294_967_296
      return [Float(radius * cos(angle)), Float(radius * sin(angle))]
    }
    #expect(noise.values == expected(words.0, words.1) + expected(words.2, words.3))
  }

  @Test func momentsAreThoseOfANormalDistribution() {
    let values = NoiseField(seed: 7).normal(
      channels: 16, rect: CellRect(x: 0, y: 0, width: 64, height: 64), stream: 3
    ).values.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + $1 * $1 } / count
    let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
    let within = Double(values.filter { abs($0) < 1 }.count) / count
    // Four standard errors of 65,536 samples: 1/256, sqrt(2)/256, sqrt(96)/256, sqrt(p(1-p))/256.
    #expect(abs(mean) < 4 / 256)
    #expect(abs(variance - 1) < 4 * 2.0.squareRoot() / 256)
    #expect(abs(fourth - 3) < 4 * 96.0.squareRoot() / 256)
    #expect(abs(within - 0.6827) < 4 * 0.4655 / 256)
    // Neighbours in each direction, and channels, are uncorrelated.
    for lag in [1, 64, 4096] {
      let product = zip(values, values.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count
      #expect(abs(product) < 4 / 256)
    }
  }

  @Test func aWindowSeesTheCanvasNoise() {
    let field = NoiseField(seed: 9)
    let canvas = Canvas(channels: 6, height: 12, width: 20)
    let whole = field.normal(channels: 6, rect: canvas.bounds, stream: 2)
    let rect = CellRect(x: 5, y: 3, width: 7, height: 4)
    #expect(field.normal(channels: 6, rect: rect, stream: 2).values == whole.cut(rect, from: canvas).values)
  }

  @Test func seedsAndStreamsDiffer() throws {
    let canvas = Canvas(channels: 4, height: 8, width: 8)
    let a = try NoiseField(seed: 1).initialNoise(for: canvas).values
    #expect(try NoiseField(seed: 1).initialNoise(for: canvas).values == a)
    #expect(try NoiseField(seed: 2).initialNoise(for: canvas).values != a)
    #expect(try NoiseField(seed: 1 << 32 + 1).initialNoise(for: canvas).values != a)
    let first = try NoiseField(seed: 1).freshNoise(at: 0, for: canvas).values
    #expect(first != a)
    #expect(try NoiseField(seed: 1).freshNoise(at: 1, for: canvas).values != first)
  }

  @Test func givenNoiseIsTakenAndChecked() throws {
    let canvas = Canvas(channels: 1, height: 2, width: 2)
    let given = Tensor([1, 2, 3, 4], shape: [1, 2, 2])
    let field = NoiseField(seed: 5, initial: given, fresh: [given])
    #expect(try field.initialNoise(for: canvas).values == [1, 2, 3, 4])
    #expect(try field.freshNoise(at: 0, for: canvas).values == [1, 2, 3, 4])
    #expect(throws: EditingError.missingNoise(index: 1, given: 1)) {
      try field.freshNoise(at: 1, for: canvas)
    }
    #expect(throws: EditingError.self) {
      try field.initialNoise(for: Canvas(channels: 1, height: 2, width: 3))
    }
  }
}
