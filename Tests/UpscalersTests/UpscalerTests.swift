import Checkpoints
import Foundation
import Tensors
import Testing

@testable import Upscalers

@Suite struct UpscalerTests {
  static let files = [
    ("esrgan-x4", "esrgan-x4.pth", 4), ("esrgan-x2", "esrgan-x2.safetensors", 2),
    ("esrgan-x1", "esrgan-x1.safetensors", 1), ("compact-x4", "compact-x4.pth", 4),
    ("compact-x2", "compact-x2.pth", 2),
    ("span-x4", "span-x4.safetensors", 4), ("span-x2", "span-x2.safetensors", 2),
    ("bundled/zero", "bundled", 4),
  ]

  @Test(arguments: files)
  func agreesWithTheReference(_ name: String, _ file: String, _ scale: Int) throws {
    let upscaler = try Upscaler(opening: Fixtures.path(file))
    #expect(upscaler.scale == scale)
    let (picture, expected) = try Fixtures.pictures(name)
    // Up to thirty convolutions in single precision, results of about one; SPAN works on values of a hundred.
    let tolerance: Float = name == "span-x4" ? 3e-3 : 2e-5
    #expect(upscaler(picture).largestDifference(expected) < tolerance)
  }

  @Test func aTorusAgreesWithTheReference() throws {
    let upscaler = try Upscaler(opening: Fixtures.path("bundled"))
    let (picture, expected) = try Fixtures.pictures("bundled/circular")
    #expect(upscaler(picture, paddingX: .circular, paddingY: .circular).largestDifference(expected) < 2e-5)
  }

  /// Tiles of any size give the whole, but for rounding: Winograd's tiles of the network's own see other neighbours.
  @Test(
    arguments: ["compact-x4.pth", "compact-x2.pth", "bundled", "span-x4.safetensors"],
    [Padding.zero, .circular])
  func tilesAreExact(_ file: String, _ padding: Padding) throws {
    let path = try Fixtures.path(file)
    let picture = noisePicture(height: 52, width: 60, seed: 3)
    let whole = try Upscaler(opening: path)(picture, paddingX: padding, paddingY: padding)
    let small = try Upscaler(opening: path, tileBytes: 1 << 18)
    let grid = small.grid(height: 52, width: 60, paddingX: padding, paddingY: padding)
    #expect(grid.rows.count > 1 && grid.columns.count > 1)
    let tiled = small(picture, paddingX: padding, paddingY: padding)
    // After some twenty convolutions, 9e-6 measured: less than a step of 16 bits. SPAN works on values of a hundred.
    #expect(tiled.largestDifference(whole) < (file.hasPrefix("span") ? 1e-4 : 2e-5))
  }

  /// A torus moved by some pixels gives the enlarged torus moved by as many of its own.
  @Test(arguments: ["compact-x4.pth", "bundled", "esrgan-x2.safetensors"])
  func aTorusHasNoBorder(_ file: String) throws {
    let upscaler = try Upscaler(opening: Fixtures.path(file))
    let (size, scale) = (32, upscaler.scale)
    let picture = noisePicture(height: size, width: size, seed: 8)
    func moved(_ x: Tensor, by shift: Int) -> Tensor {
      let side = x.shape[0]
      let places = (0..<side * side).map {
        ((($0 / side) + shift) % side) * side + ($0 % side + shift) % side
      }
      return gatherRows(x.reshaped([side * side, 3]), places).reshaped(x.shape)
    }
    let enlarged = upscaler(picture, paddingX: .circular, paddingY: .circular)
    let other = upscaler(moved(picture, by: 6), paddingX: .circular, paddingY: .circular)
    // Winograd's tiles fall elsewhere.
    #expect(other.largestDifference(moved(enlarged, by: 6 * scale)) < 2e-5)
  }

  /// A torus whose sides are no multiple of anything.
  @Test func anOddTorusCloses() throws {
    let upscaler = try Upscaler(opening: Fixtures.path("bundled"))
    let picture = noisePicture(height: 15, width: 21, seed: 9)
    let twice = Tensor.concatenated([picture, picture, picture, picture])
    let one = upscaler(picture, paddingX: .circular, paddingY: .circular)
    let four = upscaler(twice, paddingX: .circular, paddingY: .circular)
    #expect(four.rows(60..<120).largestDifference(one) < 2e-5)
  }

  /// Numbers outside 0...1 are kept: the network sees none of them.
  @Test func keepsFloatRange() throws {
    let upscaler = try Upscaler(opening: Fixtures.path("bundled"))
    let picture = noisePicture(height: 12, width: 12, seed: 2)
    var bright = picture
    bright.withUnsafeMutableBuffer { for index in $0.indices { $0[index] = index == 200 ? 40 : $0[index] } }
    var held = picture
    held.withUnsafeMutableBuffer { for index in $0.indices { $0[index] = index == 200 ? 1 : $0[index] } }
    let (light, dark) = (upscaler(bright).values, upscaler(held).values)
    let difference: [Float] = zip(light, dark).map { $0 - $1 }
    // Cubic interpolation overshoots a peak of 39 by little and keeps its sum.
    let sum = difference.reduce(0, +)
    #expect(abs(sum - 624) < 0.01)
    let (largest, changed) = (difference.max() ?? 0, difference.count { $0 != 0 })
    #expect(largest > 25)
    #expect(changed < 16 * 16 * 2)
  }

  @Test func cubicWeightsAreThoseOfCatmullAndRom() {
    // At a quarter of the way the four weights are -9, 111, 29 and -3 of 128.
    let after: [Float] = [0, -9, 111, 29, -3]
    let found = cubicWeights(2).map { $0 * 128 }
    #expect(found == after.reversed() + after)
  }

  @Test func refusesOtherNetworks() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "upscalers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func problem(_ shapes: [String: [Int]]) throws -> String {
      let path = folder.appending(path: "a.safetensors").path
      try SafetensorsWriter.save(
        shapes.sorted { $0.key < $1.key }.map { .init($0, Tensor(zeros: $1)) }, to: path)
      return try #require(#expect(throws: CheckpointError.self) { try Upscaler(opening: path) }).problem
    }
    #expect(try problem(["weight": [2, 2]]).contains("expected an upscaler"))
    #expect(
      try problem(["body.0.weight": [8, 3, 3, 3], "body.2.weight": [13, 8, 3, 3]]).contains("found 13"))
    #expect(
      try problem(["head.weight": [0, 3, 3, 3], "tail.weight": [48, 8, 3, 3]]).contains("head.weight"))
    #expect(
      try problem(["body.0.weight": [8, 1, 3, 3], "body.2.weight": [12, 8, 3, 3]]).contains("body.0.weight"))
    #expect(
      try problem(["conv_first.weight": [8, 27, 3, 3], "body.0.rdb1.conv1.weight": [4, 8, 3, 3]])
        .contains("doublings of 3 x 3"))
    // More growth than width, and hardly anything else there.
    #expect(
      try problem(["conv_first.weight": [2, 3, 3, 3], "body.0.rdb1.conv1.weight": [9, 2, 3, 3]]).contains(
        "missing"))
  }
}
