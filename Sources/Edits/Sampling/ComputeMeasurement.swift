import Foundation
import Images
package import LatentEditing
package import Models
package import Tensors

/// Measures how far each arithmetic leads a model's finished pictures from what fp32 draws.
package struct ComputeMeasurement: Sendable {
  /// What is drawn where no prompts are given: flat and busy, near and far, short and long.
  package static let prompts =
    BudgetLearning.prompts + [
      "red brick wall", "white plaster", "snow", "a starry night sky over dark hills",
      "rusty metal with peeling paint",
      "a path through a dense forest in the fog, with ferns and fallen leaves on both sides, seen from near the ground",
    ]

  package var prompts = Self.prompts
  /// Seeds of each prompt, from `seed` on.
  package var seeds = 2
  package var seed: UInt64 = 1042
  /// Steps of each picture; nil is the model's.
  package var steps: Int?

  package init() {}

  /// Draws every prompt with every seed at the model's own size in fp32, bf16 and int8.
  ///
  /// Models are opened one after the other, so that one fits the memory at a time. `progress` is told of each picture.
  ///
  /// - Throws: `PipelineError` and what opening and drawing throw.
  package func run(
    _ open: (ComputePrecision) throws -> Model, cancellation: CancellationFlag,
    progress: (Int, _ of: Int) -> Void
  ) throws -> MeasuredCompute {
    let count = prompts.count * seeds
    var done = 0
    func pictures(_ compute: ComputePrecision) throws -> [FloatImage] {
      var session = EditSession(model: try open(compute), cancellation: cancellation) { _ in }
      return try prompts.flatMap { prompt in
        try (0..<seeds).map { index in
          var settings = DiffusionSettings(prompt: prompt)
          settings.seed = seed &+ UInt64(index)
          settings.sampling.steps = steps
          let edit = GenerateEdit(settings: settings, width: nil, height: nil)
          let picture = try edit.run(&session).picture
          done += 1
          progress(done, count * 3)
          return picture
        }
      }
    }
    let exact = try pictures(.fp32)
    var psnr: [String: MeasuredCompute.Agreement] = [:]
    for compute in [ComputePrecision.bf16, .int8] {
      let found = zip(exact, try pictures(compute)).map { Self.decibels($0, $1) }.sorted()
      psnr[compute.rawValue] = MeasuredCompute.Agreement(
        worst: found[0], median: found[found.count / 2], pictures: count)
    }
    return MeasuredCompute(psnr: psnr)
  }

  /// PSNR of two pictures in 0...1 as they would be written, at most 200.
  private static func decibels(_ a: FloatImage, _ b: FloatImage) -> Double {
    var sum = 0.0
    for (x, y) in zip(a.samples, b.samples) {
      let difference = Double(min(1, max(0, x)) - min(1, max(0, y)))
      sum += difference * difference
    }
    return -10 * log10(max(sum / Double(a.samples.count), 1e-20))
  }
}
