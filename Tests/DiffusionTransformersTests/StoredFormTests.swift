import Checkpoints
import Foundation
import Tensors
import Testing

@testable import DiffusionTransformers

/// The same network from files that store it in other ways.
@Suite struct StoredFormTests {
  let fixture: Fixture
  let folder: String

  init() throws {
    fixture = try Fixture("first", "square")
    folder = "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(fixture.directory)/config.json", toPath: "\(folder)/config.json")
  }

  /// Writes the fixture's tensors as `records` makes them, and runs the model that they are.
  private func output(of records: (String, Tensor) -> [SafetensorsWriter.Record]) throws -> [Float] {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try SafetensorsFile(path: "\(fixture.directory)/diffusion_pytorch_model.safetensors")
    let all = try file.names.flatMap { name in records(name, try #require(try file.tensor(name))) }
    try SafetensorsWriter.save(all, to: "\(folder)/diffusion_pytorch_model.safetensors")
    let transformer = try HiDreamTransformer(directory: folder)
    return try dense(transformer, fixture.inputs(transformer)).flatMap { $0 }
  }

  /// Rows of -127...127 and a factor each: element = integer * factor.
  private func quantized(_ tensor: Tensor) -> (integers: [Int8], factors: [Float]) {
    let width = tensor.shape[1]
    let rows = (0..<tensor.shape[0]).map { Array(tensor.values[$0 * width..<($0 + 1) * width]) }
    let factors = rows.map { max(1e-8, $0.map(abs).max() ?? 0) / 127 }
    return (zip(rows, factors).flatMap { row, factor in row.map { Int8(($0 / factor).rounded()) } }, factors)
  }

  @Test func readsIntegersWithAFactorForEachRow() throws {
    let expected = try fixture.expected().values
    let integers = try output { name, tensor in
      guard tensor.shape.count == 2 else { return [.init(name, tensor)] }
      let (values, factors) = quantized(tensor)
      return [
        .init(name, shape: tensor.shape, .bytes(values.map { UInt8(bitPattern: $0) }, dtype: "I8")),
        .init("\(name).scale", Tensor(factors, shape: [factors.count])),
      ]
    }
    // Eight bits a weight: some percent of error over five blocks of random weights, no more.
    let error = relativeError(integers, expected)
    #expect(error > 1e-4 && error < 0.1, "\(error)")
  }

  @Test func integersAreWhatTheyStandFor() throws {
    let integers = try StoredFormTests().output { name, tensor in
      guard tensor.shape.count == 2 else { return [.init(name, tensor)] }
      let (values, factors) = quantized(tensor)
      return [
        .init(name, shape: tensor.shape, .bytes(values.map { UInt8(bitPattern: $0) }, dtype: "I8")),
        .init("\(name).scale", Tensor(factors, shape: [factors.count])),
      ]
    }
    let floats = try output { name, tensor in
      guard tensor.shape.count == 2 else { return [.init(name, tensor)] }
      let (values, factors) = quantized(tensor)
      let width = tensor.shape[1]
      let products = values.indices.map { Float(values[$0]) * factors[$0 / width] }
      return [.init(name, Tensor(products, shape: tensor.shape))]
    }
    #expect(integers == floats)
  }

  @Test func readsNamesWithAPrefixAmongOthers() throws {
    let expected = try fixture.expected().values
    let found = try output { name, tensor in
      [
        .init("model.diffusion_model.\(name)", tensor),
        .init("first_stage_model.\(name)", Tensor(zeros: [1])),
      ]
    }
    #expect(relativeError(found, expected) < 1e-5)
  }
}
