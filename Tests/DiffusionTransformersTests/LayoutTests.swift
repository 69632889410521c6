import Checkpoints
import Foundation
import Tensors
import Testing

@testable import DiffusionTransformers

/// The same weights in every layout and type: what each costs in the output, and that a file alone is a model.
///
/// The figures are of one network of random weights (`SyntheticTransformer`), whose rows are the hardest case for
/// rounding; the bounds are a quarter to either side of what was measured.
@Suite struct LayoutTests {
  static let source = SyntheticTransformer(seed: 4)
  static let reference = Result { try outputs(.fp32, "model.safetensors").packed }

  /// Converts the weights and runs what was written.
  private static func outputs(_ precision: ConversionTarget.Precision, _ file: String) throws -> (
    packed: [Float], streamed: [Float], report: CheckpointConverter.Report
  ) {
    let folder = "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let original = "\(folder)/original.safetensors"
    try SafetensorsWriter.save(Self.source.weights.map { .init($0.name, $0.tensor) }, to: original)
    let path = "\(folder)/\(file)"
    let report = try CheckpointConverter(
      Checkpoint(opening: original), to: ConversionTarget(precision, path: path), architecture: "hidream"
    ).write(to: path)
    return (
      try SyntheticTransformer.output(of: path),
      try SyntheticTransformer.output(of: path, residency: .streamed), report
    )
  }

  @Test(arguments: [
    (ConversionTarget.Precision.fp32, "m.gguf", 0.0, "F32"), (.fp16, "m.safetensors", 4.2e-4, "F16"),
    (.fp16, "m.gguf", 4.2e-4, "F16"), (.bf16, "m.safetensors", 3.6e-3, "BF16"),
    (.bf16, "m.gguf", 3.6e-3, "BF16"), (.q8, "m.safetensors", 5.1e-3, "I8"), (.q8, "m.gguf", 4.7e-3, "Q8_0"),
    (.q6, "m.gguf", 1.8e-2, "Q6_K"), (.q5, "m.gguf", 3.3e-2, "Q5_K"), (.q4, "m.gguf", 6.7e-2, "Q4_K"),
    (.q4_0, "m.gguf", 8e-2, "Q4_0"), (.q3, "m.gguf", 0.16, "Q3_K"), (.q2, "m.gguf", 0.31, "Q2_K"),
  ])
  func costsWhatItsTypeCosts(
    _ precision: ConversionTarget.Precision, _ file: String, _ expected: Double, _ type: String
  ) throws {
    let (packed, streamed, report) = try Self.outputs(precision, file)
    let error = relativeError(packed, try Self.reference.get())
    #expect(expected == 0 ? error == 0 : (0.75 * expected...1.25 * expected).contains(error), "\(error)")
    // Whether the weights were packed or are read from the file at each use is not seen.
    #expect(packed == streamed)
    #expect(report.types[type, default: 0] >= 37)
  }

  /// ComfyUI's single files: a prefix before every name, and 8-bit floats, plain or with a factor a matrix.
  @Test(arguments: [false, true]) func readsSingleFilesOfSmallFloats(scaled: Bool) throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let numbers = SmallFloats()
    var records: [SafetensorsWriter.Record] = []
    for (name, tensor) in Self.source.weights {
      let full = "model.diffusion_model.\(name)"
      guard tensor.shape.count == 2, !name.hasSuffix("gate.weight") else {
        records.append(.init(full, tensor))
        continue
      }
      // 448 is the largest.
      let factor = scaled ? (tensor.values.map(abs).max() ?? 0) / 448 : 1
      let bytes = tensor.values.map { numbers.nearest(to: $0 / factor) }
      records.append(.init(full, shape: tensor.shape, .bytes(bytes, dtype: "F8_E4M3")))
      if scaled {
        records.append(.init("\(full.dropLast(6))scale_weight", Tensor([factor], shape: [])))
      }
    }
    try SafetensorsWriter.save(records, to: path)
    let error = relativeError(try SyntheticTransformer.output(of: path), try Self.reference.get())
    // Four bits of precision, 2.6 % of a weight, the way in and out included: 5.8 % with factors and 6.2 % without on
    // another draw of such weights, rounded by torch.
    #expect((0.04...0.09).contains(error), "\(error)")
  }
}

/// The numbers that E4M3 can hold.
private struct SmallFloats {
  private let sorted: [(value: Float, byte: UInt8)]

  init() {
    sorted = (UInt8.min...UInt8.max).filter { $0 & 0x7F != 0x7F }.map { byte in
      let (exponent, mantissa) = (Int(byte >> 3 & 15), Float(byte & 7))
      let magnitude =
        exponent == 0
        ? mantissa / 512 : (1 + mantissa / 8) * Float(sign: .plus, exponent: exponent - 7, significand: 1)
      return (byte & 0x80 == 0 ? magnitude : -magnitude, byte)
    }.sorted { $0.value < $1.value }
  }

  func nearest(to value: Float) -> UInt8 {
    var (low, high) = (0, sorted.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle].value <= value { low = middle } else { high = middle }
    }
    return value - sorted[low].value <= sorted[high].value - value ? sorted[low].byte : sorted[high].byte
  }
}
