import Foundation
import Tensors
import Testing

@testable import Layers

/// Layers against plain computations in double precision. Single precision sums of at most a few hundred terms stay
/// within 1e-6 of them.
@Suite struct LayerTests {
  @Test func linearAddsToEverySequence() throws {
    let file = try WeightFile(["weight": [7, 5], "bias": [7]])
    let layer = try Linear(file.scope(), inputs: 5, outputs: 7, bias: true)
    var random = Random(state: 2)
    let x = random.tensor([6, 5])
    let gates = [random.tensor([7]), random.tensor([7])]
    let start = [random.tensor([2, 7]), random.tensor([4, 7])]
    let (weight, bias) = (file.values("weight"), file.values("bias"))
    func expected(_ row: Int, _ column: Int) -> Double {
      (0..<5).reduce(bias[column]) { $0 + Double(x.values[row * 5 + $1]) * weight[column * 5 + $1] }
    }
    let plain = (0..<6).flatMap { row in (0..<7).map { expected(row, $0) } }
    #expect(relativeError(layer(x).values, plain) < 1e-6)

    var streams = start
    layer.add(x, gates: gates, to: &streams)
    for (sequence, rows) in [0..<2, 2..<6].enumerated() {
      let wanted = rows.flatMap { row in
        (0..<7).map { column in
          Double(start[sequence].values[(row - rows.lowerBound) * 7 + column])
            + Double(gates[sequence].values[column]) * plain[row * 7 + column]
        }
      }
      #expect(relativeError(streams[sequence].values, wanted) < 1e-6)
      // One sequence alone takes the fused way.
      var alone = [start[sequence]]
      layer.add(x.rows(rows), gates: [gates[sequence]], to: &alone)
      #expect(relativeError(alone[0].values, wanted) < 1e-6)
    }
  }

  @Test func normsFollowTheirDefinitions() throws {
    let file = try WeightFile(["weight": [37], "bias": [37]])
    var random = Random(state: 3)
    let x = random.tensor([3, 37])
    let rms = try RMSNorm(file.scope(), width: 37, epsilon: 1e-5)
    let layer = try LayerNorm(file.scope(), width: 37, epsilon: 1e-5)
    var wantedRMS: [Double] = []
    var wantedLayer: [Double] = []
    for row in 0..<3 {
      let values = x.values[row * 37..<(row + 1) * 37].map(Double.init)
      let mean = values.reduce(0, +) / 37
      let square = values.reduce(0) { $0 + $1 * $1 } / 37
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 37
      for column in 0..<37 {
        wantedRMS.append(values[column] / (square + 1e-5).squareRoot() * file.values("weight")[column])
        wantedLayer.append(
          (values[column] - mean) / (variance + 1e-5).squareRoot() * file.values("weight")[column]
            + file.values("bias")[column])
      }
    }
    #expect(relativeError(rms(x).values, wantedRMS) < 1e-6)
    #expect(relativeError(layer(x).values, wantedLayer) < 1e-6)
  }

  @Test(arguments: [
    (Padding.zero, Padding.zero), (.circular, .zero), (.zero, .circular), (.circular, .circular),
  ])
  func convolutionPadsEachAxisByItself(paddingX: Padding, paddingY: Padding) throws {
    let file = try WeightFile(["weight": [3, 2, 3, 3], "bias": [3]])
    let layer = try Conv2D(file.scope(), inChannels: 2, outChannels: 3, size: 3)
    var random = Random(state: 4)
    let (height, width) = (4, 5)
    let x = random.tensor([height, width, 2])
    func pixel(_ y: Int, _ x: Int) -> (Int, Int)? {
      if paddingY == .zero && !(0..<height).contains(y) { return nil }
      if paddingX == .zero && !(0..<width).contains(x) { return nil }
      return ((y + height) % height, (x + width) % width)
    }
    var wanted: [Double] = []
    for row in 0..<height {
      for column in 0..<width {
        for out in 0..<3 {
          var sum = file.values("bias")[out]
          for ky in 0..<3 {
            for kx in 0..<3 {
              guard let (sy, sx) = pixel(row + ky - 1, column + kx - 1) else { continue }
              for channel in 0..<2 {
                sum +=
                  file.values("weight")[((out * 2 + channel) * 3 + ky) * 3 + kx]
                  * Double(x.values[(sy * width + sx) * 2 + channel])
              }
            }
          }
          wanted.append(sum)
        }
      }
    }
    #expect(relativeError(layer(x, paddingX: paddingX, paddingY: paddingY).values, wanted) < 1e-6)
  }

  @Test func rotaryTablesTurnEachAxisByItsPosition() {
    let positions = [[0, 0, 0], [0, 3, 5], [0, 17, 1]]
    let table = RotaryTable(positions: positions, axes: [4, 6, 2], headDim: 24)
    for (token, position) in positions.enumerated() {
      var pair = 0
      for (axis, elements) in [4, 6, 2].enumerated() {
        for i in 0..<elements / 2 {
          let angle = Double(position[axis]) * pow(10_000, -2 * Double(i) / Double(elements))
          #expect(table.cosines.values[token * 12 + pair] == Float(cos(angle)))
          #expect(table.sines.values[token * 12 + pair] == Float(sin(angle)))
          pair += 1
        }
      }
      // The second half of the head has no axis and is not turned.
      #expect(table.cosines.values[token * 12 + 6..<token * 12 + 12].allSatisfy { $0 == 1 })
      #expect(table.sines.values[token * 12 + 6..<token * 12 + 12].allSatisfy { $0 == 0 })
    }
    let both = RotaryTable.joined([table, .origin(count: 2, headDim: 24)])
    #expect(both.cosines.shape == [5, 12] && both.rows(3..<5).sines.values.allSatisfy { $0 == 0 })
  }
}
