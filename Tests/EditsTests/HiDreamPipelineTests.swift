import Images
import LatentEditing
import Tensors
import TestSupport
import Testing

@testable import Edits
@testable import Models
@testable import Schedulers

/// Whole runs of HiDream-I1 against diffusers' `HiDreamImagePipeline`, from the text to the last latents.
@Suite struct HiDreamPipelineTests {
  struct Run: CustomTestStringConvertible {
    let model: String
    let kind: String
    let steps: Int
    let guidance: Float
    /// As the fixture spells it.
    let number: String

    var testDescription: String { "\(model) \(kind) \(steps) steps guidance \(number)" }
    var reference: String { "run.\(kind).\(steps).\(number)" }

    var scheduler: SchedulerConfiguration {
      switch kind {
      case "unipc": SchedulerConfiguration(method: .uniPC, shift: 3)
      case "lcm": SchedulerConfiguration(method: .flowMatchLCM, shift: 6)
      case "fast": SchedulerConfiguration(method: .flowMatchLCM, shift: 3)
      default: SchedulerConfiguration(method: .flowMatchEuler, shift: 3)
      }
    }
  }

  static let runs = [
    Run(model: "first", kind: "unipc", steps: 7, guidance: 5, number: "5"),
    Run(model: "first", kind: "unipc", steps: 5, guidance: 1, number: "1"),
    Run(model: "first", kind: "lcm", steps: 4, guidance: 1, number: "1"),
    Run(model: "first", kind: "lcm", steps: 3, guidance: 2.5, number: "2.5"),
    Run(model: "first", kind: "euler", steps: 5, guidance: 3, number: "3"),
    Run(model: "first", kind: "euler", steps: 4, guidance: 1, number: "1"),
    Run(model: "first", kind: "fast", steps: 5, guidance: 0, number: "0"),
    Run(model: "second", kind: "unipc", steps: 4, guidance: 2, number: "2"),
    Run(model: "second", kind: "lcm", steps: 4, guidance: 1, number: "1"),
    Run(model: "second", kind: "euler", steps: 3, guidance: 4, number: "4"),
  ]

  /// Float32 sums in another order are some 1e-7 a forward, which guidance multiplies: 6.7e-7 to 3.3e-6 was measured.
  /// A wrong timestep, token or noise is 1e-3 and more.
  @Test(arguments: runs) func lastLatentsAreTheReferences(_ run: Run) throws {
    let reference = try HiDreamReference(run.model)
    let expected = try reference.latents(run.reference)
    var session = EditSession(model: try reference.model(), cancellation: CancellationFlag()) { _ in }
    var settings = DiffusionSettings(prompt: try HiDreamFixture.text("prompt"))
    settings.negativePrompt = try HiDreamFixture.text("negative")
    settings.noise = try reference.noise()
    settings.scheduler = run.scheduler
    settings.sampling.steps = run.steps
    settings.sampling.cfgScale = run.guidance
    let (_, outcome) = try GenerateEdit(
      settings: settings, width: expected.shape[2] * 8, height: expected.shape[1] * 8
    ).run(&session)
    let difference = relativeDifference(outcome.latents, expected)
    #expect(difference < 2e-5, "\(difference)")
  }

  @Test func theAutoencoderIsTheReferences() throws {
    let reference = try HiDreamReference("first")
    var codec = try reference.model().codec
    let decoded = try codec.decode(try reference.latents("run.fast.5.0"), wrap: .none)
    let expected = try reference.latents("image")
    #expect(relativeDifference(decoded, expected) < 1e-5)
    let clipped = Tensor(expected.values.map { min(1, max(-1, $0)) }, shape: expected.shape)
    #expect(
      relativeDifference(try codec.encode(clipped, wrap: .none), try reference.latents("encoded")) < 1e-5)
  }

  /// Every sampler leaves what the mask does not touch at the source, and moves the rest.
  @Test(arguments: [SamplingMethod.uniPC, .flowMatchLCM, .flowMatchEuler])
  func maskedEditsKeepTheSource(_ method: SamplingMethod) throws {
    let reference = try HiDreamReference("first")
    var session = EditSession(model: try reference.model(), cancellation: CancellationFlag()) { _ in }
    var settings = DiffusionSettings(prompt: "moss")
    settings.scheduler = SchedulerConfiguration(method: method, shift: 3)
    settings.sampling.steps = 4
    settings.sampling.cfgScale = 2
    let source = try reference.latents("encoded")
    var mask = Mask(width: 8, height: 8)
    for y in 2..<6 { for x in 2..<6 { mask[x, y] = 1 } }
    let outcome = try session.denoise(
      settings, canvas: Canvas(channels: 16, height: 8, width: 8, wrap: .none), source: (source, mask),
      strength: 1)
    var (outside, inside): (Float, Float) = (0, 0)
    for index in source.values.indices {
      let change = abs(outcome.latents.values[index] - source.values[index])
      if mask.values[index % 64] == 0 { outside = max(outside, change) } else { inside = max(inside, change) }
    }
    let largest = source.values.reduce(0) { max($0, abs($1)) }
    // UniPC's last steps subtract numbers of one size: float32 leaves some 1e-6 of them.
    #expect(outside <= 1e-5 * largest)
    #expect(inside > 0.1 * largest)
  }
}
