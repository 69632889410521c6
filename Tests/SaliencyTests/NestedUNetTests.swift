import Checkpoints
import Tensors
import Testing

@testable import Saliency

@Suite struct NestedUNetTests {
  private func network(_ file: String) throws -> NestedUNet {
    let checkpoint = NestedUNetNames.published(try Checkpoint(opening: try Fixtures.path(file)))
    let scope = WeightScope(checkpoint)
    let network = try NestedUNet(checkpoint, scope)
    try scope.finish { $0.hasSuffix("num_batches_tracked") }
    return network
  }

  /// Some twenty layers in a row, each with sums in another order than torch's, and a sigmoid that flattens what is left:
  /// 2e-6 was measured. The U2-Net's norms are folded here, the IS-Net's were by the exporter, which left its weights
  /// without names.
  @Test(arguments: ["u2net.safetensors", "isnet.onnx"])
  func agreesWithTorch(_ file: String) throws {
    let map = try network(file)(Fixtures.tensor("picture"))
    let expected = try Fixtures.tensor(String(file.prefix { $0 != "." }))
    #expect(map.shape == expected.shape)
    let difference = zip(map.values, expected.values).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < 1e-5)
    let spread = (expected.values.max() ?? 0) - (expected.values.min() ?? 0)
    #expect(spread > 0.2, "a map that says nothing agrees with anything")
  }

  @Test(arguments: ["u2net.safetensors", "isnet.onnx"])
  func theSameBitsOnAnyNumberOfThreads(_ file: String) throws {
    let network = try network(file)
    let picture = try Fixtures.tensor("picture")
    defer { ThreadPool.threadCount = 0 }
    ThreadPool.threadCount = 1
    let alone = network(picture).values
    ThreadPool.threadCount = 3
    #expect(network(picture).values == alone)
  }
}
