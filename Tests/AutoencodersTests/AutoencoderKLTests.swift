import Checkpoints
import Layers
import Tensors
import Testing

@testable import Autoencoders

@Suite struct AutoencoderKLTests {
  static let kinds = ["kl", "kl-quant"]

  /// A dozen convolutions with group norms between, summed in another order than torch's.
  @Test(arguments: kinds)
  func agreesWithDiffusers(_ kind: String) throws {
    let autoencoder = try AutoencoderKL(path: try Fixtures.path(kind))
    let encoded = try autoencoder.encode(Fixtures.tensor(kind, "picture"))
    #expect(relativeError(encoded, try Fixtures.tensor(kind, "encoded")) < 1e-5)
    let decoded = try autoencoder.decode(Fixtures.tensor(kind, "latents"))
    #expect(relativeError(decoded, try Fixtures.tensor(kind, "decoded")) < 1e-5)
  }

  /// On a torus a shifted picture has shifted latents: group norm and attention see the same values. Their sums run
  /// in another order, hence the tolerance.
  @Test(arguments: kinds)
  func aTorusHasNoSeam(_ kind: String) throws {
    let autoencoder = try AutoencoderKL(path: try Fixtures.path(kind))
    let latents = try Fixtures.tensor(kind, "latents")
    let scale = autoencoder.configuration.scale
    let shifted = latents.patch(rows: 2..<7, columns: 1..<4)
    let picture = try autoencoder.decode(latents, paddingX: .circular, paddingY: .circular)
    let other = try autoencoder.decode(shifted, paddingX: .circular, paddingY: .circular)
    let expected = picture.patch(rows: (2..<7) * scale, columns: (1..<4) * scale)
    #expect(relativeError(other, expected) < 1e-5)
    let again = try autoencoder.encode(expected, paddingX: .circular, paddingY: .circular)
    let encoded = try autoencoder.encode(picture, paddingX: .circular, paddingY: .circular)
    #expect(relativeError(again, encoded.patch(rows: 2..<7, columns: 1..<4)) < 1e-5)
  }

  /// The same weights under the names of FLUX's single file.
  @Test func readsTheOriginalNames() throws {
    let configuration = try AutoencoderKLConfiguration(contentsOf: Fixtures.path("kl/config.json"))
    let scope = WeightScope(try Checkpoint(opening: Fixtures.path("kl/ae.safetensors")))
    let autoencoder = try AutoencoderKL(configuration, weights: scope)
    try scope.finish()
    let latents = try Fixtures.tensor("kl", "latents")
    let same = try AutoencoderKL(path: Fixtures.path("kl"))
    #expect(try autoencoder.decode(latents).values == same.decode(latents).values)
    let picture = try Fixtures.tensor("kl", "picture")
    #expect(try autoencoder.encode(picture).values == same.encode(picture).values)
    #expect(AutoencoderKLConfiguration.flux.scale == 8)
  }

  @Test func wrongShapesAreRefused() throws {
    let autoencoder = try AutoencoderKL(path: try Fixtures.path("kl"))
    #expect(throws: AutoencoderError.self) { try autoencoder.encode(Tensor(zeros: [3, 5, 4])) }
    #expect(throws: AutoencoderError.self) { try autoencoder.decode(Tensor(zeros: [16, 2, 2])) }
    #expect(throws: AutoencoderError.self) { try autoencoder.decode(Tensor(zeros: [4, 0, 2])) }
  }
}
