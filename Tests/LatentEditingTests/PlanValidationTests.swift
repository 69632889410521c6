import Images
import Schedulers
import Tensors
import Testing

@testable import LatentEditing

@Suite struct PlanValidationTests {
  func plan() -> EditPlan {
    EditPlan(
      canvas: Canvas(channels: 4, height: 8, width: 12),
      scheduler: SchedulerConfiguration(method: .flowMatchEuler), steps: 2, seed: 0)
  }

  static let faults: [(String, @Sendable (inout EditPlan) -> Void)] = [
    ("channels", { $0.canvas.channels = 3 }),
    ("odd size", { $0.canvas.width = 11 }),
    ("no size", { $0.canvas.height = 0 }),
    ("negative size", { $0.canvas.height = -8 }),
    ("enormous", { $0.canvas.height = .max - 1 }),
    ("strength without a source", { $0.strength = 0.5 }),
    ("strength 0", { $0.strength = 0 }),
    ("strength not a number", { $0.strength = .nan }),
    ("guidance not a number", { $0.guidance.scale = .nan }),
    ("sparsity 1", { $0.sparsity = 1 }),
    ("no windows", { $0.windows = [] }),
    ("mask without a source", { $0.changeMap = Mask(width: 12, height: 8, repeating: 1) }),
    ("source of another size", { $0.source = Tensor(zeros: [4, 8, 10]) }),
    (
      "mask of another size",
      {
        $0.source = Tensor(zeros: [4, 8, 12])
        $0.changeMap = Mask(width: 8, height: 8, repeating: 1)
      }
    ),
    (
      "mask out of range",
      {
        $0.source = Tensor(zeros: [4, 8, 12])
        $0.changeMap = Mask(width: 12, height: 8, repeating: 2)
      }
    ),
    ("window outside", { $0.windows = [EditWindow(rect: CellRect(x: 2, y: 0, width: 12, height: 8))] }),
    ("window off the patch", { $0.windows[0].rect = CellRect(x: 1, y: 0, width: 10, height: 8) }),
    ("window too far away", { $0.windows[0].rect.x = .max - 1 }),
    ("window without a prompt", { $0.windows[0].prompt = 1 }),
    ("region of another size", { $0.windows[0].region = [1, 1] }),
    ("hole between windows", { $0.windows[0].rect.width = 10 }),
    ("hole in a region", { $0.windows[0].region = [0] + [Float](repeating: 1, count: 95) }),
    ("no steps", { $0.steps = 0 }),
  ]

  @Test(arguments: 0..<faults.count)
  func faultsAreRefusedWithAReason(_ index: Int) throws {
    var plan = plan()
    Self.faults[index].1(&plan)
    #expect("\(Self.faults[index].0)") {
      _ = try LatentEditor(
        plan: plan, denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 0)])
    } throws: { error in
      (error is EditingError || error is SchedulerError) && "\(error)".count > 20
    }
  }

  @Test func theUntouchedPlanIsAccepted() throws {
    var editor = try LatentEditor(
      plan: plan(), denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 0)])
    _ = try editor.run()
  }

  @Test func aHoleIsAllowedWhereNothingMayChange() throws {
    var plan = plan()
    plan.source = Tensor(zeros: plan.canvas.shape)
    var mask = Mask(width: 12, height: 8, repeating: 1)
    for y in 0..<8 { for x in 10..<12 { mask[x, y] = 0 } }
    plan.changeMap = mask
    plan.windows[0].rect.width = 10
    var editor = try LatentEditor(
      plan: plan, denoiser: TargetDenoiser(), prompts: [PromptPair<Float>(positive: 0)])
    let result = try editor.run().values
    #expect(result[11] == 0)
    #expect(abs(result[0] + 1.5) < 1e-5)
  }

  struct WrongDenoiser: Denoiser {
    let latentChannels = 4
    let patch = 2
    func velocities(of batch: [DenoiserInput<Float>], at step: DenoiserStep) throws -> DenoiserOutput {
      DenoiserOutput(velocities: [Tensor(zeros: [4, 2, 2])])
    }
  }

  @Test func anAnswerOfAnotherShapeIsRefused() throws {
    var editor = try LatentEditor(
      plan: plan(), denoiser: WrongDenoiser(), prompts: [PromptPair<Float>(positive: 0)])
    #expect(throws: EditingError.self) { try editor.next() }
  }
}
