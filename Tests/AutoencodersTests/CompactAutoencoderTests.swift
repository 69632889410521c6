import Checkpoints
import Tensors
import Testing

@testable import Autoencoders

@Suite struct CompactAutoencoderTests {
  static let kinds = ["compact", "compact-int8"]

  private func autoencoder(_ kind: String, tileArea: Int = CompactAutoencoder.defaultTileArea) throws
    -> CompactAutoencoder
  {
    let directory = try Fixtures.path(kind)
    let scope = WeightScope(try Checkpoint(opening: directory))
    let autoencoder = try CompactAutoencoder(
      CompactAutoencoderConfiguration(contentsOf: "\(directory)/config.json"), weights: scope,
      tileArea: tileArea)
    try scope.finish()
    return autoencoder
  }

  /// Sums of a few hundred float32 products in another order than torch's differ by about 1e-6 a layer.
  @Test(arguments: kinds, [Padding.zero, .circular])
  func agreesWithTorch(_ kind: String, _ padding: Padding) throws {
    let autoencoder = try autoencoder(kind)
    let name = padding == .zero ? "zero" : "circular"
    let encoded = try autoencoder.encode(
      Fixtures.tensor(kind, "picture"), paddingX: padding, paddingY: padding)
    #expect(relativeError(encoded, try Fixtures.tensor(kind, "encoded.\(name)")) < 1e-5)
    let decoded = try autoencoder.decode(
      Fixtures.tensor(kind, "latents"), paddingX: padding, paddingY: padding)
    #expect(relativeError(decoded, try Fixtures.tensor(kind, "decoded.\(name)")) < 1e-5)
  }

  /// A row of a convolution is summed alike wherever it stands, so tiles give the bits of the whole.
  @Test(
    arguments: kinds,
    [(Padding.zero, Padding.zero), (.circular, .zero), (.zero, .circular), (.circular, .circular)])
  func tilesGiveTheBitsOfTheWhole(_ kind: String, _ padding: (x: Padding, y: Padding)) throws {
    let whole = try autoencoder(kind, tileArea: .max)
    let tiled = try autoencoder(kind, tileArea: 300)
    let configuration = whole.configuration
    var latents = Tensor(zeros: [configuration.latentChannels, 41, 29])
    fill(&latents)
    let picture = try whole.decode(latents, paddingX: padding.x, paddingY: padding.y)
    #expect(
      try tiled.decode(latents, paddingX: padding.x, paddingY: padding.y).values == picture.values)
    #expect(
      try tiled.encode(picture, paddingX: padding.x, paddingY: padding.y).values
        == whole.encode(picture, paddingX: padding.x, paddingY: padding.y).values)
  }

  /// One cell changed in the middle changes the picture exactly as far as `decoderReach` says at most.
  @Test(arguments: kinds)
  func reachIsTight(_ kind: String) throws {
    let autoencoder = try autoencoder(kind)
    let configuration = autoencoder.configuration
    let (scale, size, middle) = (configuration.scale, 41, 20)
    var latents = Tensor(zeros: [configuration.latentChannels, size, size])
    fill(&latents)
    let before = try autoencoder.decode(latents)
    let changed = try autoencoder.encode(before)
    latents.withUnsafeMutableBuffer { $0[middle * size + middle] += 3 }
    let rows = differingRows(before, try autoencoder.decode(latents), unit: scale)
    // A changed cell reaches as far as it is reached from.
    #expect(rows == middle - configuration.decoderReach...middle + configuration.decoderReach)

    var picture = before
    let width = size * scale
    picture.withUnsafeMutableBuffer { pixels in
      for y in 0..<scale {
        for x in 0..<scale { pixels[(middle * scale + y) * width + middle * scale + x] += 1 }
      }
    }
    let cells = differingRows(changed, try autoencoder.encode(picture), unit: 1)
    #expect(cells == middle - configuration.encoderReach...middle + configuration.encoderReach)
  }

  /// Shifting a picture on a torus shifts its latents.
  @Test func aTorusHasNoSeam() throws {
    let autoencoder = try autoencoder("compact", tileArea: 300)
    var latents = Tensor(zeros: [16, 24, 24])
    fill(&latents)
    let shifted = latents.patch(rows: 5..<29, columns: -7..<17)
    let picture = try autoencoder.decode(latents, paddingX: .circular, paddingY: .circular)
    let other = try autoencoder.decode(shifted, paddingX: .circular, paddingY: .circular)
    #expect(other.values == picture.patch(rows: 40..<232, columns: -56..<136).values)
  }

  @Test func wrongShapesAreRefused() throws {
    let autoencoder = try autoencoder("compact")
    #expect(throws: AutoencoderError.self) { try autoencoder.encode(Tensor(zeros: [3, 20, 16])) }
    #expect(throws: AutoencoderError.self) { try autoencoder.encode(Tensor(zeros: [4, 16, 16])) }
    #expect(throws: AutoencoderError.self) { try autoencoder.encode(Tensor(zeros: [3, 0, 16])) }
    #expect(throws: AutoencoderError.self) { try autoencoder.decode(Tensor(zeros: [3, 2, 2])) }
  }

  private func fill(_ tensor: inout Tensor) {
    tensor.withUnsafeMutableBuffer { values in
      for index in values.indices { values[index] = Float((index &* 7919) % 1009) / 500 - 1 }
    }
  }

  /// The rows, in units of `unit`, in which two (C, H, W) tensors differ, from the first to the last.
  private func differingRows(_ a: Tensor, _ b: Tensor, unit: Int) -> ClosedRange<Int>? {
    let (height, width) = (a.shape[1], a.shape[2])
    let (left, right) = (a.values, b.values)
    let rows = left.indices.filter { left[$0] != right[$0] }.map { $0 / width % height / unit }
    guard let first = rows.min(), let last = rows.max() else { return nil }
    return first...last
  }
}
