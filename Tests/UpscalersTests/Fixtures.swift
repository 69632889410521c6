import Checkpoints
import Foundation
import Tensors
import Testing

/// What Tests/Reference/upscaler_fixtures.py wrote.
enum Fixtures {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appendingPathComponent(name)
      .path
  }

  /// A case's picture and what the reference made of it, (H, W, 3).
  static func pictures(_ name: String) throws -> (picture: Tensor, enlarged: Tensor) {
    let file = try SafetensorsFile(path: path("\(name).case.safetensors"))
    return (
      try #require(try file.tensor("picture")).channelsLast(),
      try #require(try file.tensor("enlarged")).channelsLast()
    )
  }
}

extension Tensor {
  /// Largest difference of two pictures of one shape.
  func largestDifference(_ other: Tensor) -> Float {
    #expect(shape == other.shape)
    return zip(values, other.values).map { abs($0 - $1) }.max() ?? 0
  }
}

/// Numbers in 0..<1, the same for the same seed.
func noisePicture(height: Int, width: Int, seed: UInt64) -> Tensor {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  let values = (0..<height * width * 3).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(state >> 40) / Float(1 << 24)
  }
  return Tensor(values, shape: [height, width, 3])
}
