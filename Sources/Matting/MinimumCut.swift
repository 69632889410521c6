/// Finds a network's minimum cut by growing two search trees, from the source and from the sink, and keeping
/// them between augmentations.
///
/// Source: Boykov and Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy
/// Minimization in Vision", PAMI 26 (2004), with its distance marks. Memory: 84 bytes a node with the network.
struct MinimumCut: ~Copyable {
  private enum Tree {
    static let free: UInt8 = 0
    static let source: UInt8 = 1
    static let sink: UInt8 = 2
  }

  private enum Parent {
    // 0...7: the direction towards the parent
    static let terminal: UInt8 = 8
    static let none: UInt8 = 9
  }

  private let network: FlowNetwork
  private let tree: ScratchBuffer<UInt8>
  private let parent: ScratchBuffer<UInt8>
  /// How far the node is from its terminal, valid at the time in `checked`.
  private let distance: ScratchBuffer<Int32>
  private let checked: ScratchBuffer<Int32>
  /// The queue of active nodes: the next one, the node itself at the end, or -1 outside the queue.
  private let next: ScratchBuffer<Int32>
  private var head: Int32 = -1
  private var tail: Int32 = -1
  private var time: Int32 = 0
  private var orphans: [Int32] = []

  /// The flow that terminals' arcs did not cancel between themselves.
  private(set) var flow: Int64 = 0

  init(_ network: consuming FlowNetwork) {
    let count = network.count
    self.network = network
    tree = ScratchBuffer(count: count, repeating: Tree.free)
    parent = ScratchBuffer(count: count, repeating: Parent.none)
    distance = ScratchBuffer(count: count, repeating: 0)
    checked = ScratchBuffer(count: count, repeating: 0)
    next = ScratchBuffer(count: count, repeating: -1)
    solve()
  }

  /// Whether the node lies on the source's side; a node that neither side reaches is the sink's.
  func isSource(_ node: Int) -> Bool { tree[node] == Tree.source }

  private mutating func solve() {
    for node in 0..<network.count where network.terminal[node] != 0 {
      tree[node] = network.terminal[node] > 0 ? Tree.source : Tree.sink
      parent[node] = Parent.terminal
      distance[node] = 1
      activate(node)
    }
    while let node = firstActive() {
      // A node stays at the front until no path leaves it.
      while tree[node] != Tree.free, let arc = grow(node) {
        time &+= 1
        augment(from: arc.node, direction: arc.direction)
        adoptOrphans()
      }
      removeFirst()
    }
  }

  private mutating func activate(_ node: Int) {
    guard next[node] < 0 else { return }
    next[node] = Int32(node)
    if tail >= 0 { next[Int(tail)] = Int32(node) } else { head = Int32(node) }
    tail = Int32(node)
  }

  private func firstActive() -> Int? { head < 0 ? nil : Int(head) }

  private mutating func removeFirst() {
    let node = Int(head)
    let following = next[node]
    next[node] = -1
    if following == head {
      head = -1
      tail = -1
    } else {
      head = following
    }
  }

  /// Adds free neighbours to the node's tree; returns the arc, from source to sink, where the trees meet.
  private mutating func grow(_ node: Int) -> (node: Int, direction: Int)? {
    let own = tree[node]
    let base = node * FlowNetwork.directions
    for direction in 0..<FlowNetwork.directions {
      let other = Int(network.neighbor[base + direction])
      guard other >= 0 else { continue }
      let back = other * FlowNetwork.directions + 7 - direction
      let carries = own == Tree.source ? network.capacity[base + direction] : network.capacity[back]
      guard carries > 0 else { continue }
      if tree[other] == Tree.free {
        tree[other] = own
        parent[other] = UInt8(7 - direction)
        distance[other] = distance[node] + 1
        checked[other] = checked[node]
        activate(other)
      } else if tree[other] != own {
        return own == Tree.source ? (node, direction) : (other, 7 - direction)
      } else if checked[other] <= checked[node], distance[other] > distance[node] + 1,
        parent[other] < Parent.terminal
      {
        parent[other] = UInt8(7 - direction)
        distance[other] = distance[node] + 1
        checked[other] = checked[node]
      }
    }
    return nil
  }

  /// Pushes what the path through the arc can carry; nodes cut off from their tree become orphans.
  private mutating func augment(from start: Int, direction: Int) {
    let directions = FlowNetwork.directions
    let meeting = start * directions + direction
    let end = Int(network.neighbor[meeting])
    var amount = network.capacity[meeting]
    var node = start
    while parent[node] < Parent.terminal {
      let up = Int(parent[node])
      let above = Int(network.neighbor[node * directions + up])
      amount = min(amount, network.capacity[above * directions + 7 - up])
      node = above
    }
    amount = min(amount, network.terminal[node])
    node = end
    while parent[node] < Parent.terminal {
      let up = Int(parent[node])
      amount = min(amount, network.capacity[node * directions + up])
      node = Int(network.neighbor[node * directions + up])
    }
    amount = min(amount, -network.terminal[node])

    network.capacity[meeting] -= amount
    network.capacity[end * directions + 7 - direction] += amount
    node = start
    while parent[node] < Parent.terminal {
      let up = Int(parent[node])
      let above = Int(network.neighbor[node * directions + up])
      network.capacity[node * directions + up] += amount
      network.capacity[above * directions + 7 - up] -= amount
      if network.capacity[above * directions + 7 - up] == 0 { orphan(node) }
      node = above
    }
    network.terminal[node] -= amount
    if network.terminal[node] == 0 { orphan(node) }
    node = end
    while parent[node] < Parent.terminal {
      let up = Int(parent[node])
      let above = Int(network.neighbor[node * directions + up])
      network.capacity[above * directions + 7 - up] += amount
      network.capacity[node * directions + up] -= amount
      if network.capacity[node * directions + up] == 0 { orphan(node) }
      node = above
    }
    network.terminal[node] += amount
    if network.terminal[node] == 0 { orphan(node) }
    flow += Int64(amount)
  }

  private mutating func orphan(_ node: Int) {
    parent[node] = Parent.none
    orphans.append(Int32(node))
  }

  private mutating func adoptOrphans() {
    var index = 0
    while index < orphans.count {
      adopt(Int(orphans[index]))
      index += 1
    }
    orphans.removeAll(keepingCapacity: true)
  }

  /// Finds the orphan a new parent, the one nearest to the terminal, or sets it free.
  private mutating func adopt(_ node: Int) {
    let own = tree[node]
    let base = node * FlowNetwork.directions
    var best = Parent.none
    var bestDistance = Int32.max
    for direction in 0..<FlowNetwork.directions {
      let other = Int(network.neighbor[base + direction])
      guard other >= 0, tree[other] == own, carries(node, direction, other, own) else { continue }
      if let length = distanceToTerminal(other), length < bestDistance {
        bestDistance = length
        best = UInt8(direction)
      }
    }
    parent[node] = best
    if best != Parent.none {
      checked[node] = time
      distance[node] = bestDistance + 1
      return
    }
    tree[node] = Tree.free
    for direction in 0..<FlowNetwork.directions {
      let other = Int(network.neighbor[base + direction])
      guard other >= 0, tree[other] == own else { continue }
      if carries(node, direction, other, own) { activate(other) }
      if parent[other] == UInt8(7 - direction) { orphan(other) }
    }
  }

  /// Whether `other`, in that direction from `node`, could be its parent.
  @inline(__always)
  private func carries(_ node: Int, _ direction: Int, _ other: Int, _ tree: UInt8) -> Bool {
    tree == Tree.source
      ? network.capacity[other * FlowNetwork.directions + 7 - direction] > 0
      : network.capacity[node * FlowNetwork.directions + direction] > 0
  }

  /// The number of arcs to the terminal, or nil when the way up ends at an orphan.
  private func distanceToTerminal(_ start: Int) -> Int32? {
    var node = start
    var steps: Int32 = 0
    while checked[node] != time {
      if parent[node] == Parent.terminal {
        checked[node] = time
        distance[node] = 1
        break
      }
      guard parent[node] != Parent.none else { return nil }
      node = Int(network.neighbor[node * FlowNetwork.directions + Int(parent[node])])
      steps += 1
    }
    var length = steps + distance[node]
    let result = length
    node = start
    while checked[node] != time {
      checked[node] = time
      distance[node] = length
      length -= 1
      node = Int(network.neighbor[node * FlowNetwork.directions + Int(parent[node])])
    }
    return result
  }
}
