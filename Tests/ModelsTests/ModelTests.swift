import Foundation
import TestSupport
import Tensors
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
    #expect(
      model.defaults.width == 64 && model.defaults.sampling.steps == 4
        && model.defaults.sampling.cfgScale == 3)
    #expect(model.scheduler.shift == 3)
    #expect(model.tokenSide == 16)
    #expect(model.variant == "tiny")
  }

  @Test func knowsWhatTheModelWantsOfEdits() throws {
    let plain = try Model(opening: TinyModel.directory).defaults
    #expect(plain.editGuidance == plain.sampling.cfgScale && plain.sampling.cleanContext == 0)
    let copy = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: TinyModel.directory, toPath: copy.path)
    defer { try? FileManager.default.removeItem(at: copy) }
    let path = copy.appending(path: "model_index.json")
    let index = try String(contentsOf: path, encoding: .utf8).replacing(
      "\"steps\": 4", with: "\"steps\": 4, \"edit_guidance\": 1.5, \"clean_context\": 0.75")
    try Data(index.utf8).write(to: path)
    let model = try Model(opening: copy.path)
    #expect(model.defaults.editGuidance == 1.5 && model.defaults.sampling.cfgScale == 3)
    #expect(model.defaults.sampling.cleanContext == 0.75)
  }

  /// What a model was measured with is what it is computed in, unless something else is asked for.
  @Test func computesInWhatWasMeasured() throws {
    func compute(_ model: String) throws -> ComputePrecision {
      try Model(opening: ModelSource(model), compute: nil).compute
    }
    #expect(try compute(TinyModel.directory) == .fp32)
    try TinyModel.with("transformer/compute.json", #"{"compute": "int8", "psnr": {}}"#) { folder throws in
      #expect(try compute(folder) == .int8)
      #expect(try Model(opening: folder, compute: .fp32).compute == .fp32)
    }
    let error = try TinyModel.with("transformer/compute.json", "{}") { folder in
      #expect(throws: PipelineError.self) { try compute(folder) }
    }
    #expect(try #require(error).description.contains("compute.json"))
    // HiDream-I1 in 16 bits, as the fixtures store it: what the reference computes in.
    #expect(try compute(HiDreamFixture.directory("first")) == .bf16)
  }

  @Test func choosesTheFastestThatIsHarmless() {
    func chosen(bf16: Double, int8: Double) -> ComputePrecision {
      MeasuredCompute(psnr: [
        "bf16": .init(worst: bf16, median: 60, pictures: 4),
        "int8": .init(worst: int8, median: 60, pictures: 4),
      ]).compute
    }
    #expect(chosen(bf16: 50, int8: 40) == .int8)
    #expect(chosen(bf16: 50, int8: 39.9) == .bf16)
    #expect(chosen(bf16: 39.9, int8: 41) == .int8)
    #expect(chosen(bf16: 30, int8: 20) == .fp32)
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
