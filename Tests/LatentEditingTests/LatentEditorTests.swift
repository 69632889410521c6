import Images
import Schedulers
import Tensors
import Testing

@testable import LatentEditing

@Suite struct LatentEditorTests {
  static let methods = SamplingMethod.allCases

  func plan(
    _ method: SamplingMethod = .flowMatchEuler, width: Int = 12, height: Int = 8, steps: Int = 6,
    seed: UInt64 = 1, wrap: Wrap = .none
  ) -> EditPlan {
    EditPlan(
      canvas: Canvas(channels: 4, height: height, width: width, wrap: wrap),
      scheduler: SchedulerConfiguration(method: method, shift: 3), steps: steps, seed: seed)
  }

  func editor<D: Denoiser>(_ plan: EditPlan, _ denoiser: D, prompt: Float = 0) throws -> LatentEditor<D>
  where D.Conditioning == Float {
    try LatentEditor(plan: plan, denoiser: denoiser, prompts: [PromptPair(positive: prompt)])
  }

  func source(of plan: EditPlan) -> Tensor {
    Tensor((0..<plan.canvas.shape.reduce(1, *)).map { Float($0 % 17) * 0.1 - 0.7 }, shape: plan.canvas.shape)
  }

  @Test(arguments: methods) func arrivesWhereTheModelPoints(_ method: SamplingMethod) throws {
    var editor = try editor(plan(method), TargetDenoiser())
    let result = try editor.run()
    for (index, value) in result.values.enumerated() {
      // The prediction x - sigma v rounds at the size of the noise, about 4, in float32.
      #expect(abs(value - (Float(index / 96) - 1.5)) < 1e-5)
    }
    #expect(editor.stepsTaken == 6)
    #expect(editor.cost.forwards == 6)
  }

  @Test func reportsEachStepAndThenNil() throws {
    var editor = try editor(plan(steps: 3), TargetDenoiser())
    let schedule = editor.schedule
    for index in 0..<3 {
      let step = try #require(try editor.next())
      #expect(step.index == index && step.count == 3)
      #expect(step.sigma == schedule.sigmas[index] && step.nextSigma == schedule.sigmas[index + 1])
      // The preview is already the clean target.
      #expect(abs(step.prediction.values[0] + 1.5) < 1e-5)
    }
    #expect(try editor.next() == nil)
  }

  @Test func showsTheSourceWithoutNoiseWhereThatIsAsked() throws {
    var plan = plan()
    let source = source(of: plan)
    plan.source = source
    var mask = Mask(width: 12, height: 8)
    for y in 2..<6 { for x in 4..<8 { mask[x, y] = 1 } }
    plan.changeMap = mask
    let kept = mask
    for level: Float in [0, 0.8, 1] {
      plan.cleanContext = level
      var denoiser = TargetDenoiser()
      denoiser.onForward = { batch, step in
        let shown = batch[0].latents.values
        for index in shown.indices where kept.values[index % 96] == 0 {
          let isClean = shown[index] == source.values[index]
          #expect(isClean == (step.sigma <= level), "step \(step.index), \(index)")
        }
        #expect(shown[2 * 12 + 4] != source.values[2 * 12 + 4])
      }
      var editor = try editor(plan, denoiser)
      let result = try editor.run()
      // What the model was shown does not change where the run arrives: the target inside, the source outside.
      #expect(result.values[0] == source.values[0])
      #expect(abs(result.values[2 * 12 + 4] + 1.5) < 2e-5)
    }
  }

  @Test func bringsBackTheContrastOfTheRepaintedCellsAlone() {
    // Of 4 cells 2 are active: root mean square 4 against 2 there, whatever stands in the others.
    var guided = Tensor([4, -4, 900, -900], shape: [1, 2, 2])
    let unguided = Tensor([2, 2, -1, 5], shape: [1, 2, 2])
    guided.rescaleContrast(towards: unguided, amount: 1, where: [true, true, false, false])
    #expect(guided.values == [2, -2, 900, -900])
    guided.rescaleContrast(towards: Tensor([4, 4, 900, 900], shape: [1, 2, 2]), amount: 0.5, where: nil)
    #expect(guided.values.allSatisfy(\.isFinite) && guided.values[0] > 2 && guided.values[0] < 2.001)
  }

  @Test(arguments: methods) func outsideTheMaskTheSourceStaysExact(_ method: SamplingMethod) throws {
    var plan = plan(method)
    let source = source(of: plan)
    plan.source = source
    var mask = Mask(width: 12, height: 8)
    for y in 2..<6 { for x in 4..<8 { mask[x, y] = 1 } }
    plan.changeMap = mask
    var editor = try editor(plan, TargetDenoiser(), prompt: 5)
    var sigmas: [Float] = []
    while let step = try editor.next() {
      sigmas.append(step.nextSigma)
      // On the way, outside, Euler and UniPC hold (1 - sigma) z + sigma noise.
      if method != .flowMatchLCM {
        let noise = try plan.noise.initialNoise(for: plan.canvas).values
        let expected = (1 - step.nextSigma) * source.values[0] + step.nextSigma * noise[0]
        #expect(abs(editor.latents.values[0] - expected) < 3e-6)
      }
    }
    let result = editor.latents
    for (index, value) in result.values.enumerated() {
      if mask.values[index % 96] == 0 {
        #expect(value == source.values[index])
      } else {
        #expect(abs(value - (Float(index / 96) - 1.5 + 5)) < 2e-5)
      }
    }
  }

  /// A cell of value v is edited at noise levels at or below v and at no other.
  @Test func aSoftMaskLetsCellsJoinAtTheirLevel() throws {
    var plan = plan(steps: 20)
    plan.source = source(of: plan)
    var mask = Mask(width: 12, height: 8)
    for x in 0..<12 { for y in 0..<8 { mask[x, y] = Float(x / 2) / 5 } }
    plan.changeMap = mask
    let recorder = Recorder()
    var denoiser = TargetDenoiser()
    denoiser.onForward = { batch, step in
      recorder.batches.append(batch)
      recorder.steps.append(step)
    }
    var editor = try editor(plan, denoiser)
    _ = try editor.run()
    #expect(recorder.steps.count == 20)
    for (batch, step) in zip(recorder.batches, recorder.steps) {
      let active = try #require(batch[0].active)
      for x in 0..<12 {
        #expect(active[x] == (mask[x, 0] > 0 && step.sigma <= mask[x, 0]))
      }
    }
    // Value 0 stayed the source, bit for bit; value 1 went all the way.
    #expect(editor.latents.values[0] == source(of: plan).values[0])
    #expect(abs(editor.latents.values[11] + 1.5) < 1e-5)
  }

  @Test func nothingIsAskedBeforeAnyCellJoins() throws {
    var plan = plan(steps: 20)
    plan.source = source(of: plan)
    plan.changeMap = Mask(width: 12, height: 8, repeating: 0.5)
    var editor = try editor(plan, TargetDenoiser())
    _ = try editor.run()
    #expect(editor.cost.forwards == editor.schedule.sigmas.dropLast().filter { $0 <= 0.5 }.count)
    #expect(editor.cost.forwards < 20)
  }

  /// Strength is how much of the noise field the start holds.
  @Test func strengthIsTheStartingNoiseLevel() throws {
    var plan = plan()
    plan.source = source(of: plan)
    plan.strength = 0.4
    let editor = try editor(plan, TargetDenoiser())
    let noise = try plan.noise.initialNoise(for: plan.canvas).values
    for (index, value) in editor.latents.values.enumerated() {
      #expect(abs(value - (0.6 * source(of: plan).values[index] + 0.4 * noise[index])) < 1e-6)
    }
    #expect(editor.schedule.sigmas.count == 7)
  }

  @Test func rescaledGuidanceKeepsTheContrastOfTheConditionalPrediction() throws {
    func power(_ guidance: Guidance) throws -> Float {
      var plan = plan(steps: 4)
      plan.guidance = guidance
      var editor = try LatentEditor(
        plan: plan, denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 2, negative: 1)])
      return try editor.run().values.reduce(0) { $0 + $1 * $1 }
    }
    let plain = try power(.off)
    let burnt = try power(Guidance(scale: 3))
    let half = try power(Guidance(scale: 3, rescale: 0.5))
    // The toy model's prediction does not depend on the noise, so only rounding separates the two.
    #expect(abs(try power(Guidance(scale: 3, rescale: 1)) - plain) < 1e-4 * plain)
    #expect(plain < half && half < burnt)
  }

  @Test func guidanceLeadsAwayFromTheNegativePrompt() throws {
    var plan = plan(steps: 8)
    plan.guidance = Guidance(scale: 3)
    let prompts = [PromptPair<Float>(positive: 2, negative: 1)]
    var guided = try LatentEditor(plan: plan, denoiser: TargetDenoiser(), prompts: prompts)
    // 1 + 3 (2 - 1) on top of channel 0's -1.5.
    #expect(abs(try guided.run().values[0] - 2.5) < 1e-4)
    #expect(guided.cost.forwards == 16)

    plan.guidance = Guidance(scale: 3, sigmas: 0.6...1)
    var skipped = try LatentEditor(plan: plan, denoiser: TargetDenoiser(), prompts: prompts)
    // The last steps are unguided and the toy model forgets the rest.
    #expect(abs(try skipped.run().values[0] - 0.5) < 1e-5)
    let guidedSteps = skipped.schedule.sigmas.dropLast().filter { $0 >= 0.6 }.count
    #expect(skipped.cost.forwards == 8 + guidedSteps)
    #expect((1..<8).contains(guidedSteps))

    plan.guidance = Guidance(scale: 3)
    var alone = try LatentEditor(
      plan: plan, denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 2)])
    _ = try alone.run()
    #expect(alone.cost.forwards == 8)
  }

  @Test func seedsDecideAndNothingElseDoes() throws {
    func result(seed: UInt64) throws -> [Float] {
      var editor = try editor(plan(seed: seed), NeighbourDenoiser())
      return try editor.run().values
    }
    let first = try result(seed: 3)
    #expect(try result(seed: 3) == first)
    #expect(try result(seed: 4) != first)
  }

  @Test func cancellationStopsBeforeTheNextStep() throws {
    let flag = CancellationFlag()
    var editor = try LatentEditor(
      plan: plan(), denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 0)], cancellation: flag)
    _ = try editor.next()
    flag.cancel()
    #expect(throws: CancellationError.self) { try editor.next() }
    #expect(editor.stepsTaken == 1)

    // And inside a forward, where a network looks before every block.
    let inside = CancellationFlag()
    var denoiser = TargetDenoiser()
    denoiser.onForward = { _, step in
      inside.cancel()
      try step.cancellation.check()
    }
    var other = try LatentEditor(
      plan: plan(), denoiser: denoiser, prompts: [PromptPair<Float>(positive: 0)], cancellation: inside)
    #expect(throws: CancellationError.self) { try other.next() }
  }

  @Test func aModelThatOverflowsIsCaught() throws {
    let denoiser = TargetDenoiser(target: { _, x, _ in x == 3 ? .infinity : 0 })
    var editor = try editor(plan(), denoiser)
    #expect(throws: EditingError.notFinite(step: 0)) { try editor.next() }
  }

  @Test func givenNoiseReplacesTheGenerators() throws {
    var plan = plan(.flowMatchLCM, steps: 2)
    let given = Tensor([Float](repeating: 0.25, count: 4 * 96), shape: plan.canvas.shape)
    plan.noise = NoiseField(seed: 1, initial: given, fresh: [given])
    var editor = try editor(plan, TargetDenoiser())
    #expect(editor.latents.values == given.values)
    // The last step draws nothing, so one tensor is enough for two steps.
    let middle = try #require(try editor.next())
    let expected = (1 - middle.nextSigma) * -1.5 + middle.nextSigma * 0.25
    #expect(abs(editor.latents.values[0] - expected) < 1e-6)
    #expect(try editor.next() != nil)
  }
}
