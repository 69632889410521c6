import Images
import LatentEditing
import Tensors
import TestSupport
import Testing

@testable import Edits
@testable import Models

/// Masked edits that compute the tokens they touch at most steps.
@Suite struct TokenReuseTests {
  let model: Model
  /// 16 x 16 cells, 64 tokens, of which the mask touches 12.
  let canvas = Canvas(channels: 16, height: 16, width: 16)
  let source: Tensor

  init() throws {
    model = try Model(opening: TinyModel.directory)
    source = Tensor(
      (0..<16 * 256).map { Float(($0 * 37) % 101) / 50 - 1 }, shape: canvas.shape)
  }

  private func mask(value: Float = 1) -> Mask {
    var mask = Mask(width: 16, height: 16)
    for y in 4..<10 {
      for x in 2..<10 { mask[x, y] = value }
    }
    return mask
  }

  private func run(
    reuse: Int?, guidance: Float = 3, wrap: Wrap = .none, mask: Mask? = nil,
    notices: ((String) -> Void)? = nil
  ) throws -> EditSession.Outcome {
    var session = EditSession(model: model, cancellation: CancellationFlag()) { event in
      if case .notice(let sentence) = event { notices?(sentence) }
    }
    var settings = DiffusionSettings(prompt: "stone")
    settings.sampling.steps = 7
    settings.sampling.cfgScale = guidance
    settings.sampling.reuse = reuse
    var canvas = canvas
    canvas.wrap = wrap
    return try session.denoise(
      settings, canvas: canvas, source: (source, mask ?? self.mask()))
  }

  /// Whole at steps 0, N, 2 N, ... and 12 of 64 tokens in between, twice for guidance.
  @Test(arguments: [(1, 7), (2, 4), (3, 3), (5, 2), (100, 1)])
  func computesWhatTheMaskTouches(reuse: Int, whole: Int) throws {
    let cost = try run(reuse: reuse).cost
    #expect(cost.tokens == 2 * 7 * 64)
    #expect(cost.computedTokens == 2 * (whole * 64 + (7 - whole) * 12))
    #expect(try run(reuse: reuse, guidance: 1).cost.computedTokens == whole * 64 + (7 - whole) * 12)
  }

  @Test func isExactAtOneAndCloseBeyond() throws {
    let exact = try run(reuse: 1).latents
    #expect(try run(reuse: 0).latents.values == exact.values)
    var last = 0.0
    for reuse in [2, 7] {
      let found = try run(reuse: reuse).latents
      var (difference, size) = (0.0, 0.0)
      for (index, (a, b)) in zip(found.values, exact.values).enumerated() {
        let cell = index % 256
        let inside = (4..<10).contains(cell / 16) && (2..<10).contains(cell % 16)
        if inside {
          difference += Double(a - b) * Double(a - b)
          size += Double(b) * Double(b)
        } else {
          #expect(a == b, "cell \(cell) is outside the mask")
        }
      }
      let error = (difference / size).squareRoot()
      #expect(error > last && error < 0.1, "reuse \(reuse): \(error)")
      last = error
    }
  }

  /// A soft mask's tokens join as the noise falls: each is computed from the step on that may change it.
  @Test func tokensOfASoftMaskJoinInTime() throws {
    var soft = mask()
    for y in 4..<10 {
      for x in 6..<10 { soft[x, y] = 0.5 }
    }
    let cost = try run(reuse: 100, mask: soft).cost
    // 6 tokens at first, 12 at the end.
    #expect(cost.computedTokens > 2 * (64 + 6 * 6) && cost.computedTokens < 2 * (64 + 6 * 12))
  }

  @Test func saysWhyNothingWasKept() throws {
    var said: [String] = []
    let torus = try run(reuse: 4, wrap: .xy) { said.append($0) }
    #expect(torus.cost.computedTokens == torus.cost.tokens)
    #expect(said.contains { $0.contains("the window moves") }, "\(said)")
    said = []
    let whole = try run(reuse: 4, mask: Mask(width: 16, height: 16, repeating: 1)) { said.append($0) }
    #expect(whole.cost.computedTokens == whole.cost.tokens)
    #expect(said.contains { $0.contains("touches nearly every token") }, "\(said)")
  }

  @Test func keepsNoMoreThanTheMemoryAllows() throws {
    var reuse = TokenReuse(model.transformer.configuration, memoryLimit: 1000)
    let prompt = try model.condition(on: ["stone"], cancellation: CancellationFlag())[0].conditioning
    let input = DenoiserInput(
      latents: source, conditioning: prompt, branch: .conditional, window: 0, rect: canvas.bounds,
      wrap: .none,
      active: mask().values.map { $0 > 0 })
    let step = DenoiserStep(
      index: 0, count: 4, sigma: 1, timestep: 1000, sparsity: 0, reuse: 4, cancellation: CancellationFlag())
    #expect(reuse.memories(for: [input], at: step).map(\.plan) == [.compute])
    #expect(reuse.fullReason == .memory)
  }
}
