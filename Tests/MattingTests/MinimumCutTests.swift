import Testing

@testable import Matting

@Suite struct MinimumCutTests {
  private struct Grid {
    var width: Int
    var height: Int
    var terminals: [Int32]
    /// (node, direction) to capacities there and back.
    var arcs: [(node: Int, direction: Int, there: Int32, back: Int32)] = []

    init(width: Int, height: Int, random: inout TestRandom) {
      self.width = width
      self.height = height
      terminals = (0..<width * height).map { _ in Int32.random(in: -30...30, using: &random) }
      for node in 0..<width * height {
        // Directions 4...7 lead on in raster order, so each pair is met once.
        for direction in 4..<8 where neighbor(node, direction) != nil {
          arcs.append(
            (
              node, direction, Int32.random(in: 0...20, using: &random),
              Int32.random(in: 0...20, using: &random)
            ))
        }
      }
    }

    func neighbor(_ node: Int, _ direction: Int) -> Int? {
      let (dx, dy) = FlowNetwork.offset(direction)
      let x = node % width + dx
      let y = node / width + dy
      return x >= 0 && x < width && y >= 0 && y < height ? y * width + x : nil
    }

    func network() -> FlowNetwork {
      let network = FlowNetwork(count: terminals.count)
      for (node, terminal) in terminals.enumerated() {
        network.addTerminal(node, source: max(0, terminal), sink: max(0, -terminal))
      }
      for arc in arcs {
        guard let other = neighbor(arc.node, arc.direction) else { continue }
        network.neighbor[arc.node * 8 + arc.direction] = Int32(other)
        network.neighbor[other * 8 + 7 - arc.direction] = Int32(arc.node)
        network.capacity[arc.node * 8 + arc.direction] = arc.there
        network.capacity[other * 8 + 7 - arc.direction] = arc.back
      }
      return network
    }

    func cost(_ isSource: (Int) -> Bool) -> Int64 {
      var sum: Int64 = 0
      for (node, terminal) in terminals.enumerated() {
        if terminal > 0, !isSource(node) { sum += Int64(terminal) }
        if terminal < 0, isSource(node) { sum -= Int64(terminal) }
      }
      for arc in arcs {
        guard let other = neighbor(arc.node, arc.direction) else { continue }
        if isSource(arc.node), !isSource(other) { sum += Int64(arc.there) }
        if !isSource(arc.node), isSource(other) { sum += Int64(arc.back) }
      }
      return sum
    }
  }

  @Test func equalsTheLeastOfAllCutsOnSmallGrids() {
    var random = TestRandom(5)
    for _ in 0..<40 {
      let grid = Grid(width: 4, height: 3, random: &random)
      let least = (0..<1 << 12).map { bits in grid.cost { bits >> $0 & 1 == 1 } }.min()
      let cut = MinimumCut(grid.network())
      let cost = grid.cost { cut.isSource($0) }
      let flow = cut.flow
      #expect(flow == least)
      #expect(cost == least)
    }
  }

  @Test func theCutCostsWhatFlowsOnALargerGrid() {
    // Equality of a cut and a flow proves both optimal.
    var random = TestRandom(6)
    let grid = Grid(width: 60, height: 45, random: &random)
    let cut = MinimumCut(grid.network())
    let cost = grid.cost { cut.isSource($0) }
    let flow = cut.flow
    #expect(cost == flow)
    #expect(flow > 0)
  }

  @Test func anUnconnectedNodeGoesWhereItsTerminalPulls() {
    let network = FlowNetwork(count: 3)
    network.addTerminal(0, source: 5, sink: 2)
    network.addTerminal(1, source: 2, sink: 5)
    let cut = MinimumCut(network)
    let sides = (0..<3).map { cut.isSource($0) }
    #expect(sides == [true, false, false])
  }
}
