import Tensors
import Testing

@testable import Checkpoints

@Suite struct PyTorchFileTests {
  /// Every form of the file gives the values that torch itself gave, bit by bit: nothing is computed.
  @Test(arguments: ["plain", "nested", "training", "legacy"])
  func readsWhatTorchWrote(_ name: String) throws {
    let expected = try SafetensorsFile(path: Fixtures.path("pytorch/expected.safetensors"))
    let checkpoint = try Checkpoint(opening: Fixtures.path("pytorch/\(name).pth"))
    #expect(checkpoint.names == expected.names)
    for tensor in expected.names {
      let stored = try #require(try checkpoint.stored(tensor))
      #expect(stored.shape == expected.shape(of: tensor))
      let values = try expected.tensor(tensor)?.values
      #expect(try stored.widened().values == values, "\(tensor)")
    }
    #expect(checkpoint.storage(of: "half")?.type == "F16" && checkpoint.storage(of: "half")?.byteCount == 20)
  }

  @Test func readsTheDictionaryOfAModule() throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("pytorch/module.pth"))
    let expected = try SafetensorsFile(path: Fixtures.path("pytorch/expected.safetensors"))
    #expect(checkpoint.names == ["weight"])
    #expect(try checkpoint.stored("weight")?.widened().values == expected.tensor("plain.weight")?.values)
  }

  @Test func readsOnlyNumbersOfNetworks() throws {
    let directory = try TemporaryDirectory()
    let pickle = PickleBytes.tensor(elements: 2, shape: [2], strides: [1], type: "LongStorage")
    let path = try directory.write(
      PickleBytes.file(pickle, storage: .init(repeating: 0, count: 16)), to: "a.pt")
    let checkpoint = try Checkpoint(opening: path)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.stored("w") }
    #expect(error?.problem.contains("found I64") == true)
  }
}
