import Images
import Schedulers
import Tensors
import Testing

@testable import LatentEditing

@Suite struct WindowTests {
  func plan(width: Int, height: Int, wrap: Wrap = .none, steps: Int = 4) -> EditPlan {
    EditPlan(
      canvas: Canvas(channels: 4, height: height, width: width, wrap: wrap),
      scheduler: SchedulerConfiguration(method: .flowMatchEuler, shift: 3), steps: steps, seed: 11)
  }

  func run<D: Denoiser>(_ plan: EditPlan, _ denoiser: D) throws -> Tensor where D.Conditioning == Float {
    var editor = try LatentEditor(
      plan: plan, denoiser: denoiser, prompts: [PromptPair(positive: 0), PromptPair(positive: 10)])
    return try editor.run()
  }

  /// A formula of each cell alone cannot tell windows from the whole.
  @Test(arguments: [WindowWeights.uniform, .gaussian, .feathered(3)], [Wrap.none, .x, .y, .xy])
  func tilesAgreeWithOneWindow(_ weights: WindowWeights, _ wrap: Wrap) throws {
    var plan = plan(width: 40, height: 28, wrap: wrap)
    let whole = try run(plan, TargetDenoiser())
    plan.windows = try EditWindow.tiles(
      covering: plan.canvas, width: 16, height: 12, overlap: 4, patch: 2, weights: weights)
    #expect(plan.windows.count > 6)
    let tiled = try run(plan, TargetDenoiser())
    // Rounding of weighted means of values up to about 5, over four steps.
    for (a, b) in zip(whole.values, tiled.values) { #expect(abs(a - b) < 5e-6) }
  }

  @Test func tilesCoverEvenlyAndOverlapEnough() throws {
    for (length, closes) in [(40, false), (64, false), (66, true), (30, true), (16, false), (16, true)] {
      let canvas = Canvas(channels: 4, height: 16, width: length, wrap: closes ? .x : .none)
      let tiles = try EditWindow.tiles(covering: canvas, width: 16, height: 16, overlap: 6, patch: 2)
      let starts = tiles.map(\.rect.x)
      #expect(starts.allSatisfy { $0 % 2 == 0 })
      #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 <= 10 && $1 > $0 })
      if closes {
        if length > 16 { #expect(starts[0] + length - starts[starts.count - 1] <= 10) }
      } else {
        #expect(starts.first == 0)
        #expect(starts.last == length - 16)
      }
    }
  }

  @Test func aWindowMayBePartOfTheBorder() throws {
    let canvas = Canvas(channels: 1, height: 4, width: 6, wrap: .xy)
    let tensor = Tensor((0..<24).map(Float.init), shape: [1, 4, 6])
    let cut = tensor.cut(CellRect(x: 4, y: 3, width: 4, height: 2), from: canvas)
    #expect(cut.values == [22, 23, 18, 19, 4, 5, 0, 1])
    var sum = Tensor(zeros: canvas.shape)
    sum.add(
      cut, weights: [Float](repeating: 2, count: 8), at: CellRect(x: 4, y: 3, width: 4, height: 2), of: canvas
    )
    #expect(sum.values[22] == 44 && sum.values[0] == 0 && sum.values[4] == 8 && sum.values[1] == 2)
    #expect(sum.values[2] == 0)
  }

  /// Moving the noise round the torus moves the picture round and changes nothing else.
  @Test func aTorusHasNoSpecialPlace() throws {
    let canvas = Canvas(channels: 4, height: 8, width: 12, wrap: .xy)
    let noise = try NoiseField(seed: 5).initialNoise(for: canvas)
    let shifted = CellRect(x: 4, y: 6, width: 12, height: 8)
    func result(_ initial: Tensor, windows: [EditWindow]? = nil, rolls: Bool = false) throws -> Tensor {
      var plan = plan(width: 12, height: 8, wrap: .xy)
      plan.noise = NoiseField(seed: 5, initial: initial, fresh: nil)
      plan.rollsEachStep = rolls
      if let windows { plan.windows = windows }
      return try run(plan, NeighbourDenoiser())
    }
    let still = try result(noise)
    let moved = try result(noise.cut(shifted, from: canvas))
    #expect(moved.values == still.cut(shifted, from: canvas).values)
    // A model that wraps as its window does cannot tell a rolled canvas from a still one.
    #expect(try result(noise, rolls: true).values == still.values)
    #expect(try result(noise, windows: [EditWindow(rect: shifted)]).values == still.values)
    // But a canvas that does not wrap has borders, and they show.
    var flat = plan(width: 12, height: 8)
    flat.noise = NoiseField(seed: 5, initial: noise, fresh: nil)
    #expect(try run(flat, NeighbourDenoiser()).values != still.values)
  }

  @Test func rollsAreWholeUnitsOnWrappingAxesOnly() {
    let field = NoiseField(seed: 2)
    let canvas = Canvas(channels: 4, height: 20, width: 32, wrap: .x)
    let rolls = (0..<50).map { field.roll(at: $0, canvas: canvas, unit: 2) }
    #expect(rolls.allSatisfy { $0.y == 0 && $0.x % 2 == 0 && (0..<32).contains($0.x) })
    #expect(Set(rolls.map(\.x)).count > 8)
  }

  /// A grid that the model leaves at the borders of its patches lies elsewhere from seed to seed and step to step;
  /// with a change map it stays, since the map's cells are chosen by whole patches.
  @Test(arguments: [false, true]) func rollsMoveThePatches(masked: Bool) throws {
    let grid = TargetDenoiser(target: { _, x, _ in x % 2 == 0 ? 1 : 0 })
    let first = try (0..<8).map { seed in
      var plan = plan(width: 12, height: 8, wrap: .xy)
      plan.noise = NoiseField(seed: UInt64(seed))
      plan.rollsEachStep = true
      if masked {
        plan.source = Tensor(zeros: plan.canvas.shape)
        plan.changeMap = Mask(width: 12, height: 8, values: [Float](repeating: 1, count: 96))
      }
      return try run(plan, grid).values[0]
    }
    #expect(first.contains { $0 > 0.99 })
    #expect(first.contains { $0 < 0.01 } == !masked)
  }

  @Test func windowsWithPromptsOfTheirOwn() throws {
    var plan = plan(width: 8, height: 4)
    let region: [Float] = (0..<32).map { $0 % 8 < 4 ? 1 : 0 }
    plan.windows = [
      EditWindow(rect: plan.canvas.bounds, region: region, prompt: 0),
      EditWindow(rect: plan.canvas.bounds, region: region.map { 1 - $0 }, prompt: 1),
    ]
    let result = try run(plan, TargetDenoiser()).values
    #expect(abs(result[0] + 1.5) < 1e-5)
    #expect(abs(result[7] - 8.5) < 2e-5)
  }

  @Test func aLowBandAnchorHoldsTheColourAndKeepsTheDetail() throws {
    var plan = plan(width: 16, height: 16)
    plan.source = Tensor([Float](repeating: 1, count: 4 * 256), shape: plan.canvas.shape)
    plan.lowBand = LowBandAnchor(radius: 4)
    // A model that shifts the colour by 3 and adds a checkerboard of 0.5.
    let denoiser = TargetDenoiser(target: { _, x, y in 4 + ((x + y) % 2 == 0 ? 0.5 : -0.5) })
    let result = try run(plan, denoiser).values
    let mean = result.reduce(0, +) / Float(result.count)
    #expect(abs(mean - 1) < 0.02)
    for index in 0..<256 where (4..<12).contains(index % 16) && (4..<12).contains(index / 16) {
      let detail: Float = (index % 16 + index / 16) % 2 == 0 ? 0.5 : -0.5
      // A box of 9 x 9 applied twice leaves 1/81 squared of a checkerboard.
      #expect(abs(result[index] - 1 - detail) < 0.01)
    }
  }

  @Test func windowsWithNothingToChangeAreNotAsked() throws {
    var plan = plan(width: 32, height: 16)
    plan.source = Tensor(zeros: plan.canvas.shape)
    var mask = Mask(width: 32, height: 16)
    mask[1, 1] = 1
    plan.changeMap = mask
    plan.windows = try EditWindow.tiles(covering: plan.canvas, width: 16, height: 16, overlap: 4, patch: 2)
    var editor = try LatentEditor(
      plan: plan, denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 0)])
    let result = try editor.run()
    #expect(plan.windows.count == 3)
    #expect(editor.cost.forwards == 4)
    #expect(abs(result.values[33] + 1.5) < 1e-5)
    #expect(result.values[0] == 0)
  }
}
