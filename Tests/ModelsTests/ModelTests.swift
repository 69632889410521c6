import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct ModelTests {
  /// A copy of the tiny model that a test may damage.
  private func damaged(_ damage: (URL) throws -> Void) throws -> any Error {
    let copy = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: TinyModel.directory, toPath: copy.path)
    defer { try? FileManager.default.removeItem(at: copy) }
    try damage(copy)
    do {
      _ = try Model(opening: copy.path)
    } catch {
      return error
    }
    throw PipelineError(.failed, "the damaged model was opened")
  }

  @Test func knowsWhatTheModelWants() throws {
    let model = try Model(opening: TinyModel.directory)
    #expect(model.defaults.width == 64 && model.defaults.steps == 4 && model.defaults.guidance == 3)
    #expect(model.scheduler.shift == 3)
    #expect(model.tokenSide == 16)
    #expect(model.variant == "tiny")
  }

  @Test func knowsWhatTheModelWantsOfEdits() throws {
    let plain = try Model(opening: TinyModel.directory).defaults
    #expect(plain.editGuidance == plain.guidance && plain.cleanContext == 0)
    let copy = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: TinyModel.directory, toPath: copy.path)
    defer { try? FileManager.default.removeItem(at: copy) }
    let path = copy.appending(path: "model_index.json")
    let index = try String(contentsOf: path, encoding: .utf8).replacing(
      "\"steps\": 4", with: "\"steps\": 4, \"edit_guidance\": 1.5, \"clean_context\": 0.75")
    try Data(index.utf8).write(to: path)
    let model = try Model(opening: copy.path)
    #expect(model.defaults.editGuidance == 1.5 && model.defaults.guidance == 3)
    #expect(model.defaults.cleanContext == 0.75)
  }

  @Test(arguments: [
    "model_index.json", "transformer/config.json", "vae/config.json", "tokenizer/tokenizer.json",
    "scheduler/scheduler_config.json", "text_encoder/model.safetensors",
    "transformer/diffusion_pytorch_model.safetensors",
  ])
  func namesTheFileThatIsMissingOrEmpty(file: String) throws {
    let missing = try damaged { try FileManager.default.removeItem(at: $0.appending(path: file)) }
    let place = file.split(separator: "/").first.map(String.init) ?? file
    #expect("\(missing)".contains(place), "\(missing)")
    let empty = try damaged { try Data().write(to: $0.appending(path: file)) }
    #expect("\(empty)".contains(place), "\(empty)")
  }

  @Test func refusesPartsOfDifferentModels() throws {
    let error = try damaged { model in
      let path = model.appending(path: "text_encoder/config.json")
      let text = try String(contentsOf: path, encoding: .utf8)
      try Data(text.replacingOccurrences(of: "\"pooled_size\": 12", with: "\"pooled_size\": 13").utf8).write(
        to: path)
    }
    #expect("\(error)".contains("pool"), "\(error)")
  }

  @Test func refusesAClassItCannotRun() throws {
    let error = try damaged { model in
      let path = model.appending(path: "model_index.json")
      let text = try String(contentsOf: path, encoding: .utf8)
      try Data(text.replacingOccurrences(of: "CompactAutoencoder", with: "AutoencoderTiny").utf8).write(
        to: path)
    }
    #expect("\(error)".contains("AutoencoderTiny"), "\(error)")
  }
}
