/// A network on an 8-connected subset of a grid, whose minimum cut separates source from sink.
///
/// Every node has an arc to and from each neighbour, one capacity each way, and one terminal arc. Capacities
/// are integers, so the maximum flow is exact and the cut is the same on every machine.
struct FlowNetwork: ~Copyable {
  static let directions = 8

  let count: Int
  /// The neighbour in each direction, or -1. Direction `7 - d` leads back.
  let neighbor: ScratchBuffer<Int32>
  let capacity: ScratchBuffer<Int32>
  /// What is left of the terminal arc: from the source when positive, to the sink when negative.
  let terminal: ScratchBuffer<Int32>

  /// The offset of a direction; raster order, the centre left out.
  static func offset(_ direction: Int) -> (dx: Int, dy: Int) {
    let cell = direction < 4 ? direction : direction + 1
    return (cell % 3 - 1, cell / 3 - 1)
  }

  init(count: Int) {
    self.count = count
    neighbor = ScratchBuffer(count: count * Self.directions, repeating: -1)
    capacity = ScratchBuffer(count: count * Self.directions, repeating: 0)
    terminal = ScratchBuffer(count: count, repeating: 0)
  }

  /// Adds an arc from the source and one to the sink; what both can carry passes at once.
  func addTerminal(_ node: Int, source: Int32, sink: Int32) {
    terminal[node] = terminal[node] &+ source &- sink
  }
}
