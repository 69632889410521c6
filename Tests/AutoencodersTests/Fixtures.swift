import Foundation
import Testing

@testable import Checkpoints
@testable import Tensors

/// What the scripts in Tests/Reference wrote.
enum Fixtures {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
      .appendingPathComponent(name).path
  }

  /// A tensor of `cases.safetensors` in the folder `kind`.
  static func tensor(_ kind: String, _ name: String) throws -> Tensor {
    let file = try SafetensorsFile(path: try path("\(kind)/cases.safetensors"))
    return try #require(try file.tensor(name))
  }
}

/// The largest difference between two tensors, relative to the largest value of the second.
func relativeError(_ found: Tensor, _ expected: Tensor) -> Float {
  guard found.shape == expected.shape else { return .infinity }
  let largest = expected.values.reduce(0) { max($0, abs($1)) }
  let difference = zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  return difference / largest
}
