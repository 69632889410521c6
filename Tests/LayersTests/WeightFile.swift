import Checkpoints
import Foundation
import Tensors

/// A checkpoint of random weights that a test makes and reads back.
final class WeightFile {
  private let path =
    "\(FileManager.default.temporaryDirectory.path)/sparsedit-\(UUID().uuidString).safetensors"
  private(set) var tensors: [String: Tensor] = [:]

  init(_ shapes: [String: [Int]], seed: UInt64 = 1) throws {
    var random = Random(state: seed)
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) { tensors[name] = random.tensor(shape) }
    try SafetensorsWriter.save(tensors.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }, to: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func scope() throws -> WeightScope { WeightScope(try Checkpoint(opening: path)) }

  /// Elements in double precision, for a plain computation to compare with.
  func values(_ name: String) -> [Double] { tensors[name]?.values.map(Double.init) ?? [] }
}
