import Checkpoints
import Foundation
import Tensors
import Testing

@testable import DiffusionTransformers

@Suite struct ModelForwardTests {
  @Test func savesTheRawOutputAndReports() throws {
    let fixture = try Fixture("first", "square")
    var options = ModelForward.Options(model: fixture.directory, inputs: fixture.casePath)
    options.save = "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: options.save ?? "") }
    options.repetitions = 2
    let report = try ModelForward.run(options)
    #expect(report.seconds.count == 2 && report.seconds.allSatisfy { $0 > 0 })
    #expect(report.peakMemoryBytes > 1 << 20 && report.attentionSparsity == 0)
    let output = try #require(try SafetensorsFile(path: options.save ?? "").tensor("output"))
    let expected = try fixture.expected()
    #expect(output.shape == expected.shape)
    #expect(relativeError(output.values, expected.values) < 1e-5)
    let keys = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
    #expect(
      Set(keys?.keys.map { $0 } ?? []) == [
        "seconds", "peak_memory_bytes", "threads", "compute", "attention_sparsity", "tokens_total",
        "tokens_computed", "notices",
      ])
  }

  @Test func findsTheTransformerInItsParent() throws {
    let fixture = try Fixture("third", "square")
    let parent = FileManager.default.temporaryDirectory.appending(path: "sparsedit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: parent) }
    try FileManager.default.copyItem(atPath: fixture.directory, toPath: "\(parent.path)/transformer")
    let report = try ModelForward.run(.init(model: parent.path, inputs: fixture.casePath))
    #expect(report.seconds.count == 1)
  }

  @Test func namesWhatIsWrongWithItsInputs() throws {
    let fixture = try Fixture("first", "square")
    let other = try Fixture("second", "wide")
    func message(_ path: String) -> String {
      do {
        _ = try ModelForward.run(.init(model: fixture.directory, inputs: path))
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(message("/absent.safetensors").contains("no such file"))
    #expect(message("\(fixture.directory)/config.json").contains("damaged"))
    #expect(message("\(fixture.directory)/diffusion_pytorch_model.safetensors").contains("\"hidden_states\""))
    #expect(message(other.casePath).contains("expected"))
    // A batch that is not the same everywhere.
    let file = try SafetensorsFile(path: fixture.casePath)
    let records = try file.names.map { name in
      let tensor = try #require(try file.tensor(name))
      return SafetensorsWriter.Record(name, name == "pooled_embeds" ? tensor.rows(0..<1) : tensor)
    }
    let path = "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter.save(records, to: path)
    #expect(message(path).contains("expected a batch of 2 for \"pooled_embeds\", found 1"))
  }
}
