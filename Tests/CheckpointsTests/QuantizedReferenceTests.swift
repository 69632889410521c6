import Tensors
import Testing

@testable import Checkpoints

/// Quantized to the bytes of the package `gguf`: Tests/Reference/gguf_fixtures.py.
@Suite struct QuantizedReferenceTests {
  @Test(arguments: [DType.q8_0, .q4_0, .q4_1, .q5_0, .q5_1])
  func givesTheReferencesBytes(dtype: DType) throws {
    let file = try SafetensorsFile(path: Fixtures.path("quants.safetensors"))
    let source = try #require(try file.tensor("source"))
    let expected = try #require(try file.tensor("quantized.\(dtype.rawValue)")).values.map { UInt8($0) }
    #expect(source.quantized(to: dtype) == expected)
  }
}
