import Schedulers
import Tensors
import Testing

@testable import LatentEditing

/// A store in memory that remembers what was recorded last.
final class MemoryStore: LatentStore {
  let canvas: Canvas
  var planes: [LatentPlane: Tensor] = [:]
  var progress = StreamProgress()
  /// Called after each record.
  var onRecord: (StreamProgress) throws -> Void = { _ in }

  init(_ canvas: Canvas, source: Tensor) {
    self.canvas = canvas
    planes[.source] = source
  }

  func read(_ plane: LatentPlane, rows: Range<Int>) throws -> Tensor {
    try #require(planes[plane]).cut(canvas.rect(of: rows), from: canvas)
  }

  func write(_ latents: Tensor, to plane: LatentPlane, at row: Int) throws {
    var values = (planes[plane] ?? Tensor(zeros: canvas.shape)).values
    let given = latents.values
    let height = latents.shape[1]
    for channel in 0..<canvas.channels {
      for line in 0..<height {
        for x in 0..<canvas.width {
          values[(channel * canvas.height + row + line) * canvas.width + x] =
            given[(channel * height + line) * canvas.width + x]
        }
      }
    }
    planes[plane] = Tensor(values, shape: canvas.shape)
  }

  func record(_ progress: StreamProgress) throws {
    self.progress = progress
    try onRecord(progress)
  }
}

@Suite struct StreamedEditorTests {
  static let methods = SamplingMethod.allCases

  /// Eight rows of windows of which three overlap at a place.
  func plan(_ method: SamplingMethod) throws -> EditPlan {
    var plan = EditPlan(
      canvas: Canvas(channels: 4, height: 40, width: 26),
      scheduler: SchedulerConfiguration(method: method, shift: 3), steps: 4, seed: 5)
    plan.windows = try EditWindow.tiles(covering: plan.canvas, width: 12, height: 12, overlap: 8, patch: 2)
    plan.strength = 0.4
    plan.guidance = Guidance(scale: 3, rescale: 0.5)
    plan.lowBand = LowBandAnchor(radius: 3)
    return plan
  }

  var source: Tensor {
    Tensor((0..<4 * 40 * 26).map { Float($0 * 37 % 101) / 50 - 1 }, shape: [4, 40, 26])
  }

  let prompts = [PromptPair<Float>(positive: 0.5, negative: 0)]

  private func editor(_ plan: EditPlan, _ store: MemoryStore) throws -> StreamedEditor<NeighbourDenoiser> {
    try StreamedEditor(
      plan: plan, store: store, progress: store.progress, denoiser: NeighbourDenoiser(), prompts: prompts)
  }

  @Test(arguments: methods) func aStoredCanvasComesOutAsOneInMemory(_ method: SamplingMethod) throws {
    var plan = try plan(method)
    let store = MemoryStore(plan.canvas, source: source)
    var streamed = try editor(plan, store)
    var predictions: [Int: [StreamedBand]] = [:]
    while let band = try streamed.next() { predictions[band.step, default: []].append(band) }

    plan.source = source
    var whole = try LatentEditor(plan: plan, denoiser: NeighbourDenoiser(), prompts: prompts)
    while let step = try whole.next() {
      let bands = try #require(predictions[step.index])
      for band in bands {
        #expect(
          band.prediction.values
            == step.prediction.cut(plan.canvas.rect(of: band.rows), from: plan.canvas).values)
      }
      #expect(bands.map(\.rows.count).reduce(0, +) == 40)
      #expect(bands.last?.endsStep == true)
    }
    #expect(try store.read(.latents(before: 4), rows: 0..<40).values == whole.latents.values)
    #expect(streamed.progress.cost == whole.cost)
  }

  /// Broken off anywhere between two records and taken up by another editor, a run ends with the same bytes.
  @Test(arguments: methods) func anInterruptedRunGoesOnAsIfNothingHadBeen(_ method: SamplingMethod) throws {
    struct Killed: Error {}
    let plan = try plan(method)
    let store = MemoryStore(plan.canvas, source: source)
    var whole = try editor(plan, store)
    var bands = 0
    while try whole.next() != nil { bands += 1 }
    let expected = try store.read(.latents(before: 4), rows: 0..<40).values

    for stop in 1..<bands {
      let store = MemoryStore(plan.canvas, source: source)
      var recorded = StreamProgress()
      var records = 0
      store.onRecord = { progress in
        records += 1
        // The last record is lost: what was written after the one before it is not known to be there.
        if records > stop { throw Killed() }
        recorded = progress
      }
      var first = try editor(plan, store)
      #expect(throws: Killed.self) { while try first.next() != nil {} }
      store.onRecord = { _ in }
      store.progress = recorded
      var second = try editor(plan, store)
      var rest = 0
      while try second.next() != nil { rest += 1 }
      #expect(rest == bands - stop)
      #expect(try store.read(.latents(before: 4), rows: 0..<40).values == expected)
    }
  }

  @Test func givenNoiseReplacesTheGenerators() throws {
    var plan = try plan(.flowMatchLCM)
    let given = NoiseField(seed: 77)
    plan.noise = NoiseField(
      seed: 5, initial: try given.initialNoise(for: plan.canvas),
      fresh: try (0..<3).map { try given.freshNoise(at: $0, for: plan.canvas) })
    let (first, second) = (
      MemoryStore(plan.canvas, source: source), MemoryStore(plan.canvas, source: source)
    )
    var one = try editor(plan, first)
    while try one.next() != nil {}
    plan.noise = given
    var other = try editor(plan, second)
    while try other.next() != nil {}
    #expect(first.planes[.latents(before: 4)]?.values == second.planes[.latents(before: 4)]?.values)
  }

  @Test func whatCannotBeStreamedIsRefused() throws {
    let good = try plan(.flowMatchEuler)
    let faults: [(inout EditPlan) -> Void] = [
      { $0.source = Tensor(zeros: $0.canvas.shape) }, { $0.canvas.wrap = .x }, { $0.windows.reverse() },
      { $0.strength = 0 },
    ]
    for fault in faults {
      var plan = good
      fault(&plan)
      #expect(throws: EditingError.self) { try editor(plan, MemoryStore(plan.canvas, source: source)) }
    }
    var progress = StreamProgress()
    progress.windowRows = 8
    let store = MemoryStore(good.canvas, source: source)
    store.progress = progress
    #expect(throws: EditingError.self) { try editor(good, store) }
  }
}
