@testable import Checkpoints

/// Tensor files that the command wrote.
enum Safetensors {
  static func names(_ path: String) throws -> [String] { try SafetensorsFile(path: path).names }
}
