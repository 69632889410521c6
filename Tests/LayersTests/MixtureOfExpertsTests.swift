import Foundation
import Tensors
import Testing

@testable import Layers

@Suite struct MixtureOfExpertsTests {
  /// Every row by itself, in double precision. Products of 8 and 16 terms stay within 1e-6.
  @Test(arguments: [1, 2, 4])
  func sumsTheActiveExpertsAndTheSharedOne(active: Int) throws {
    let (width, hidden, shared, experts, rows) = (8, 16, 12, 4, 50)
    var shapes = ["gate.weight": [experts, width]]
    for (place, size) in (0..<experts).map({ ("experts.\($0)", hidden) }) + [("shared_experts", shared)] {
      shapes["\(place).w1.weight"] = [size, width]
      shapes["\(place).w3.weight"] = [size, width]
      shapes["\(place).w2.weight"] = [width, size]
    }
    let file = try WeightFile(shapes)
    let scope = try file.scope()
    let layer = try MixtureOfExperts(
      scope, width: width, hidden: hidden, sharedHidden: shared, experts: experts, active: active)
    try scope.finish()
    var random = Random(state: 9)
    let x = random.tensor([rows, width])

    func product(_ name: String, _ input: [Double]) -> [Double] {
      let weight = file.values(name)
      return (0..<weight.count / input.count).map { out in
        input.indices.reduce(0) { $0 + weight[out * input.count + $1] * input[$1] }
      }
    }
    func expert(_ place: String, _ input: [Double]) -> [Double] {
      let gated = zip(product("\(place).w1.weight", input), product("\(place).w3.weight", input))
        .map { $0 / (1 + exp(-$0)) * $1 }
      return product("\(place).w2.weight", gated)
    }
    let wanted = (0..<rows).flatMap { row in
      let input = x.values[row * width..<(row + 1) * width].map(Double.init)
      let logits = product("gate.weight", input).map(exp)
      let chosen = logits.indices.sorted { logits[$0] > logits[$1] }.prefix(active)
      var sum = expert("shared_experts", input)
      for index in chosen {
        for (column, value) in expert("experts.\(index)", input).enumerated() {
          sum[column] += logits[index] / logits.reduce(0, +) * value
        }
      }
      return sum
    }
    #expect(relativeError(layer(x).values, wanted) < 1e-6)
  }

  @Test func routesEveryRowOnceToEachOfItsExperts() {
    var random = Random(state: 5)
    let probabilities = softmaxRows(random.tensor([200, 6]))
    let routing = ExpertRouting(probabilities: probabilities, active: 3)
    var counts = [Int](repeating: 0, count: 200)
    for (expert, rows) in routing.rows.enumerated() {
      #expect(rows == rows.sorted() && Set(rows).count == rows.count)
      for (row, weight) in zip(rows, routing.weights[expert]) {
        counts[row] += 1
        #expect(weight == probabilities.values[row * 6 + expert])
      }
    }
    #expect(counts.allSatisfy { $0 == 3 })
  }

  @Test func equalProbabilitiesGoToTheLowerIndex() {
    let equal = ExpertRouting(probabilities: Tensor([0.25, 0.25, 0.25, 0.25], shape: [1, 4]), active: 2)
    #expect(equal.rows == [[0], [0], [], []])
    let tie = ExpertRouting(probabilities: Tensor([0.1, 0.3, 0.3, 0.3], shape: [1, 4]), active: 1)
    #expect(tie.rows == [[], [0], [], []])
  }

  @Test func anExpertThatNobodyPicksIsLeftOut() throws {
    let routing = ExpertRouting(probabilities: Tensor([0.9, 0.1, 0, 0.8, 0.2, 0], shape: [2, 3]), active: 1)
    #expect(routing.rows == [[0, 1], [], []])
  }
}
