import ImageProcessing

/// Which pixels are taken for foreground, and the cut that decides it.
struct Segmentation {
  let width: Int
  let height: Int
  private(set) var inside: [Bool]

  /// Fixed point of the cut's integer capacities.
  private static let scale = 1024.0
  /// A log-likelihood ratio beyond this says no more.
  private static let largestCost = 500.0

  /// The first guess: everything not marked as background.
  init(scribbles: Scribbles) {
    width = scribbles.width
    height = scribbles.height
    inside = scribbles.marks.map { $0 != .background }
  }

  /// A coarser segmentation at twice the size, the finer marks put in.
  init(doubling coarse: Segmentation, scribbles: Scribbles) {
    width = scribbles.width
    height = scribbles.height
    inside = []
    inside.reserveCapacity(scribbles.marks.count)
    for y in 0..<height {
      for x in 0..<width {
        switch scribbles.marks[y * width + x] {
        case .none: inside.append(coarse.inside[(y / 2) * coarse.width + x / 2])
        case .background: inside.append(false)
        case .foreground: inside.append(true)
        }
      }
    }
  }

  /// The pixels within `radius` rows and columns of a border between inside and outside.
  func band(radius: Int) -> [Bool] {
    var border = [Bool](repeating: false, count: inside.count)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        if x + 1 < width, inside[pixel] != inside[pixel + 1] {
          border[pixel] = true
          border[pixel + 1] = true
        }
        if y + 1 < height, inside[pixel] != inside[pixel + width] {
          border[pixel] = true
          border[pixel + width] = true
        }
      }
    }
    return distances(width: width, height: height) { border[$0] }.map { $0 <= Float(radius) }
  }

  /// Decides the `free` pixels anew by the minimum cut; the others hold and pull on their neighbours.
  mutating func cut(_ colors: ContrastColors, free: [Bool], mixtures: ColorMixtures, gamma: Double) {
    var nodes: [Int32] = []
    var nodeOf = [Int32](repeating: -1, count: free.count)
    for pixel in free.indices where free[pixel] {
      nodeOf[pixel] = Int32(nodes.count)
      nodes.append(Int32(pixel))
    }
    let network = FlowNetwork(count: nodes.count)
    for (node, pixel) in nodes.enumerated() {
      let color = colors.reader[Int(pixel)]
      let ratio = mixtures.background.cost(color) - mixtures.foreground.cost(color)
      let preference = Int32(min(Self.largestCost, max(-Self.largestCost, ratio)) * Self.scale)
      network.addTerminal(node, source: max(0, preference), sink: max(0, -preference))
      connect(node, Int(pixel), network, nodeOf, colors, gamma: gamma)
    }
    let cut = MinimumCut(network)
    for (node, pixel) in nodes.enumerated() { inside[Int(pixel)] = cut.isSource(node) }
  }

  /// Adds a node's arcs to the neighbours that follow it, and the pull of those that are held.
  private func connect(
    _ node: Int, _ pixel: Int, _ network: borrowing FlowNetwork, _ nodeOf: [Int32],
    _ colors: ContrastColors, gamma: Double
  ) {
    let x = pixel % width
    let y = pixel / width
    for direction in 0..<FlowNetwork.directions {
      let (dx, dy) = FlowNetwork.offset(direction)
      guard x + dx >= 0, x + dx < width, y + dy >= 0, y + dy < height else { continue }
      let other = pixel + dy * width + dx
      let otherNode = Int(nodeOf[other])
      guard otherNode < 0 || otherNode > node else { continue }
      let length = dx != 0 && dy != 0 ? 0.5.squareRoot() : 1
      let weight = Int32(gamma * length * Self.scale * Double(colors.similarity(pixel, other)))
      if otherNode < 0 {
        network.addTerminal(node, source: inside[other] ? weight : 0, sink: inside[other] ? 0 : weight)
      } else {
        let arc = node * FlowNetwork.directions + direction
        let back = otherNode * FlowNetwork.directions + 7 - direction
        network.neighbor[arc] = Int32(otherNode)
        network.neighbor[back] = Int32(node)
        network.capacity[arc] = weight
        network.capacity[back] = weight
      }
    }
  }
}
