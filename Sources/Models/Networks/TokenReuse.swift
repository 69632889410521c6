import DiffusionTransformers
import LatentEditing
import Layers
import Tensors

/// Lets masked edits compute only the tokens they touch at most steps: plans each window's forward and keeps its memory.
///
/// A window is computed whole at the run's steps 0, N, 2 N, ..., and where nothing was kept of it yet.
package struct TokenReuse: Sendable {
  /// Why the last window that was not reused was computed whole at every step.
  package enum FullReason: String, Sendable {
    case everythingChanges = "the mask touches nearly every token"
    case windowMoves = "the window moves over the canvas from step to step"
    case memory = "what would be kept of the window does not fit the memory"
  }

  /// Share of touched tokens from which computing all of them costs no more.
  static let largestShare = 0.9

  private struct Sequence: Hashable {
    let window: Int
    let branch: GuidanceBranch
  }

  private struct Kept {
    let rect: CellRect
    /// The last step that computed everything.
    let step: Int
    /// What that step took for the clean latents.
    let prediction: Tensor
    let bytes: Int
    var memory: TokenMemory
  }

  private let configuration: HiDreamConfiguration
  private let memoryLimit: Int
  private var kept: [Sequence: Kept] = [:]
  private var moving: Set<Int> = []
  package private(set) var fullReason: FullReason?

  /// - Parameter memoryLimit: bytes that may be kept of all windows together.
  init(_ configuration: HiDreamConfiguration, memoryLimit: Int) {
    self.configuration = configuration
    self.memoryLimit = memoryLimit
  }

  /// What each sequence computes at this step. Takes the memories out: `keep` gives them back.
  mutating func memories(
    for batch: [DenoiserInput<HiDreamPrompt>], at step: DenoiserStep
  ) -> [TokenMemory] {
    batch.map { memory(for: $0, at: step) }
  }

  private mutating func memory(
    for input: DenoiserInput<HiDreamPrompt>, at step: DenoiserStep
  ) -> TokenMemory {
    let sequence = Sequence(window: input.window, branch: input.branch)
    let known = kept.removeValue(forKey: sequence)
    guard step.reuse > 1 else { return TokenMemory() }
    let order = tileOrder(of: input)
    let places = input.active.map { touchedTokens($0, input.rect, order) }
    guard let places, Double(places.count) <= Self.largestShare * Double(order.count) else {
      fullReason = .everythingChanges
      return TokenMemory()
    }
    if let known, known.rect != input.rect { moving.insert(input.window) }
    guard !moving.contains(input.window) else {
      fullReason = .windowMoves
      return TokenMemory()
    }
    if var known, step.index % step.reuse != 0, step.index > known.step, step.index - known.step < step.reuse
    {
      known.memory.plan = .recall(places)
      let memory = known.memory
      // The reference here must not outlive the forward, which writes the memory in place.
      known.memory = TokenMemory()
      kept[sequence] = known
      return memory
    }
    guard kept.values.reduce(bytes(of: input, order), { $0 + $1.bytes }) <= memoryLimit else {
      fullReason = .memory
      return TokenMemory()
    }
    return TokenMemory(plan: .record)
  }

  /// Takes the memories back after the forward, and gives the cells that were not computed the velocity that leads to
  /// what the network last took for their clean latents.
  mutating func keep(
    _ memories: inout [TokenMemory], of batch: [DenoiserInput<HiDreamPrompt>], at step: DenoiserStep,
    velocities: inout [Tensor]
  ) {
    for index in batch.indices {
      let input = batch[index]
      let sequence = Sequence(window: input.window, branch: input.branch)
      switch memories[index].plan {
      case .compute: break
      case .record:
        kept[sequence] = Kept(
          rect: input.rect, step: step.index,
          prediction: add(input.latents, scale(velocities[index], by: -step.sigma)),
          bytes: bytes(of: input, tileOrder(of: input)), memory: memories[index])
      case .recall:
        if let known = kept[sequence], let active = input.active {
          velocities[index].lead(to: known.prediction, from: input.latents, sigma: step.sigma, except: active)
        }
        kept[sequence]?.memory = memories[index]
      }
    }
    memories = []
  }

  /// Image tokens of a forward, and those of them that were computed.
  func count(_ memories: [TokenMemory], of batch: [DenoiserInput<HiDreamPrompt>]) -> (all: Int, computed: Int)
  {
    let sizes = batch.map { tileOrder(of: $0).count }
    let computed = zip(memories, sizes).map { memory, all in
      if case .recall(let places) = memory.plan { places.count } else { all }
    }
    return (sizes.reduce(0, +), computed.reduce(0, +))
  }

  private func tileOrder(of input: DenoiserInput<HiDreamPrompt>) -> TileOrder {
    TileOrder(
      height: input.rect.height / configuration.patchSize, width: input.rect.width / configuration.patchSize)
  }

  private func bytes(of input: DenoiserInput<HiDreamPrompt>, _ order: TileOrder) -> Int {
    TokenMemory.bytes(
      tokens: order.count + input.conditioning.textTokens + input.conditioning.captionTokens,
      configuration: configuration)
  }

  /// Places in tile order of the tokens that hold a cell which may change.
  private func touchedTokens(_ active: [Bool], _ rect: CellRect, _ order: TileOrder) -> [Int] {
    let patch = configuration.patchSize
    return order.raster.indices.filter { place in
      let (top, left) = (order.raster[place] / order.width * patch, order.raster[place] % order.width * patch)
      return (top..<top + patch).contains { row in
        active[row * rect.width + left..<row * rect.width + left + patch].contains(true)
      }
    }
  }
}

extension Tensor {
  /// (x - clean) / sigma in every channel of the cells that are not `active`.
  fileprivate mutating func lead(to clean: Tensor, from x: Tensor, sigma: Float, except active: [Bool]) {
    let plane = active.count
    unsafe withUnsafeMutableBuffer { velocity in
      unsafe clean.withUnsafeBuffer { clean in
        unsafe x.withUnsafeBuffer { x in
          for index in velocity.indices where !active[index % plane] {
            unsafe velocity[index] = unsafe (x[index] - clean[index]) / sigma
          }
        }
      }
    }
  }
}
