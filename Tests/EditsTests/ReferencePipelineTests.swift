import Foundation
import Images
import LatentEditing
import Tensors
import TestSupport
import Testing

@testable import Checkpoints
@testable import Edits
@testable import Models

/// A whole run against the reference: text encoder, transformer, guidance, schedule, autoencoder.
@Suite struct ReferencePipelineTests {
  private func reference(_ name: String) throws -> Tensor {
    let path = Bundle.module.bundleURL.appending(path: "Fixtures/tiny_pipeline.safetensors").path
    return try #require(try SafetensorsFile(path: path).tensor(name))
  }

  private func relativeError(_ found: Tensor, _ expected: Tensor) -> Double {
    var (difference, size) = (0.0, 0.0)
    for (a, b) in zip(found.values, expected.values) {
      difference += Double(a - b) * Double(a - b)
      size += Double(b) * Double(b)
    }
    return (difference / size).squareRoot()
  }

  @Test func latentsAndPictureAreTheReferences() throws {
    let model = try Model(opening: TinyModel.directory)
    var session = EditSession(model: model, cancellation: CancellationFlag()) { _ in }
    var settings = DiffusionSettings(prompt: "Mossy cobblestones, red brick")
    settings.negativePrompt = "blue sky"
    settings.noise = DiffusionSettings.GivenNoise(
      initial: try reference("noise").reshaped([16, 8, 8]), fresh: nil)
    let (picture, outcome) = try GenerateEdit(settings: settings, width: 64, height: 64).run(&session)
    // Four guided steps of float32 sums in another order; 2.7e-7 was measured, other processors round otherwise.
    #expect(relativeError(outcome.latents, try reference("latents")) < 1e-5)
    let expected = FloatImage(picture: try reference("image").reshaped([3, 64, 64]))
    let largest = zip(picture.samples, expected.samples).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 1e-5)
  }

  @Test func guidanceWithoutEffectIsSaid() throws {
    let model = try Model(opening: TinyModel.directory)
    var notices: [String] = []
    var session = EditSession(model: model, cancellation: CancellationFlag()) { event in
      if case .notice(let sentence) = event { notices.append(sentence) }
    }
    var settings = DiffusionSettings(prompt: "stone")
    settings.negativePrompt = "blue"
    settings.sampling.cfgScale = 1
    settings.sampling.steps = 1
    settings.sampling.sparsity = 0.7
    _ = try GenerateEdit(settings: settings, width: 64, height: 64).run(&session)
    #expect(notices.contains { $0.contains("negative prompt has no effect") })
    #expect(notices.contains { $0.contains("attention was dense") })
  }
}
