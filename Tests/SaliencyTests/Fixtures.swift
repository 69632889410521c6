import Checkpoints
import Foundation
import Tensors
import Testing

/// What Tests/Reference/saliency_fixtures.py wrote.
enum Fixtures {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
      .appendingPathComponent(name).path
  }

  /// A tensor of `cases.safetensors`.
  static func tensor(_ name: String) throws -> Tensor {
    try #require(try SafetensorsFile(path: try path("cases.safetensors")).tensor(name))
  }
}
