import Images
import Testing

@testable import Matting

@Suite struct ForegroundEstimationTests {
  private static let foreground = SIMD3<Float>(0.8, 0.35, 0.2)
  private static let background = SIMD3<Float>(0.1, 0.3, 0.65)

  @Test func recoversConstantColorsBehindHairs() throws {
    // The coarse levels start from the right colours nearly, and regularisation leaves the rest. Measured:
    // below 0.01; the picture itself is off by up to 0.6.
    let alpha = SyntheticMatte.hairs(width: 90, height: 70)
    let layers = try ForegroundEstimation().layers(of: SyntheticMatte.plain(alpha), alpha: alpha)
    for y in 0..<70 {
      for x in 0..<90 {
        for c in 0..<3 {
          if alpha[x, y] > 0.1 { #expect(abs(layers.foreground[x, y, c] - Self.foreground[c]) < 0.03) }
          if alpha[x, y] < 0.9 { #expect(abs(layers.background[x, y, c] - Self.background[c]) < 0.03) }
        }
      }
    }
  }

  @Test func layersMixToThePicture() throws {
    // The data term: alpha F + (1 - alpha) B is the picture, up to what smoothness takes. Measured: 0.002 mean.
    var random = TestRandom(4)
    let alpha = SyntheticMatte.disc(width: 64, height: 64, radius: 18, softness: 20)
    var picture = SyntheticMatte.plain(alpha)
    for index in picture.samples.indices { picture.samples[index] += 0.02 * (random.unit() - 0.5) }
    let layers = try ForegroundEstimation().layers(of: picture, alpha: alpha)
    var error: Float = 0
    for pixel in alpha.values.indices {
      for c in 0..<3 {
        let mixed =
          alpha.values[pixel] * layers.foreground.samples[pixel * 3 + c]
          + (1 - alpha.values[pixel]) * layers.background.samples[pixel * 3 + c]
        error += abs(mixed - picture.samples[pixel * 3 + c])
      }
    }
    #expect(error / Float(picture.samples.count) < 0.01)
  }

  @Test func keepsThePictureWhereOneLayerIsAlone() throws {
    var random = TestRandom(8)
    let alpha = SyntheticMatte.disc(width: 40, height: 33, radius: 9, softness: 6)
    var picture = SyntheticMatte.plain(alpha)
    for index in picture.samples.indices { picture.samples[index] += 0.2 * random.unit() }
    let layers = try ForegroundEstimation().layers(of: picture, alpha: alpha)
    for pixel in alpha.values.indices {
      for index in pixel * 3..<pixel * 3 + 3 {
        if alpha.values[pixel] == 1 { #expect(layers.foreground.samples[index] == picture.samples[index]) }
        if alpha.values[pixel] == 0 { #expect(layers.background.samples[index] == picture.samples[index]) }
      }
    }
  }

  @Test func worksOnTheSmallestPictures() throws {
    for (width, height) in [(1, 1), (1, 5), (3, 1)] {
      let picture = FloatImage(width: width, height: height, channels: 3, repeating: 0.25)
      let layers = try ForegroundEstimation().layers(
        of: picture, alpha: Mask(width: width, height: height, repeating: 0.5))
      #expect(layers.foreground.samples.allSatisfy { abs($0 - 0.25) < 1e-4 })
    }
  }
}
