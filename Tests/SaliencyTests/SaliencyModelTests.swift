import Checkpoints
import Foundation
import Tensors
import Testing

@testable import Saliency

@Suite struct SaliencyModelTests {
  private func model(_ file: String) throws -> SaliencyModel {
    try SaliencyModel(opening: try Fixtures.path(file))
  }

  @Test func knowsWhatEachNetworkIsGiven() throws {
    #expect(try model("u2net.safetensors").configuration == .u2Net)
    #expect(try model("isnet.onnx").configuration == .isNet)
  }

  /// U2-Net's pictures are stretched until their largest value is 1.
  @Test func stretchesWhatU2NetIsGiven() throws {
    let model = try model("u2net.safetensors")
    var picture = Tensor(zeros: [320, 320, 3])
    picture.withUnsafeMutableBuffer { values in
      for index in values.indices { values[index] = Float(index % 251) / 500 }
    }
    let brighter = scale(picture, by: 2)
    let difference = zip(model(picture).values, model(brighter).values).map { abs($0 - $1) }.max()
    // Doubling a float is exact, and so is what the division by the largest value makes of it.
    #expect(difference == 0)
  }

  @Test func takesTheConfigurationBesideTheWeights() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = folder.appendingPathComponent("model.safetensors")
    try FileManager.default.copyItem(atPath: try Fixtures.path("u2net.safetensors"), toPath: weights.path)
    let configuration = folder.appendingPathComponent("config.json")
    let text = """
      {"_class_name": "U2Net", "image_size": 96, "image_mean": [0, 0.5, 1], "image_std": [1, 1, 2]}
      """
    try Data(text.utf8).write(to: configuration)
    let model = try SaliencyModel(opening: folder.path)
    #expect(model.configuration.imageSize == 96 && model.configuration.imageMean == [0, 0.5, 1])
    #expect(model(Tensor(zeros: [96, 96, 3])).shape == [96, 96])
    try Data(text.replacingOccurrences(of: "96", with: "1000000000").utf8).write(to: configuration)
    #expect(throws: CheckpointError.self) { try SaliencyModel(opening: folder.path) }
  }

  @Test func saysWhatAnotherFileIsNot() throws {
    let error = #expect(throws: CheckpointError.self) { try model("cases.safetensors") }
    #expect(error?.kind == .unsupported && error?.advice.contains("U2-NetP") == true)
  }
}
