import Foundation
import Images
import LatentEditing
import Testing
import Upscalers

@testable import Edits

@Suite struct DetailEnlargementTests {
  /// Of the upscalers' fixtures: 4x, 16 channels, random.
  private let upscaler: Upscaler

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    upscaler = try Upscaler(opening: root.appending(path: "UpscalersTests/Fixtures/bundled").path)
  }

  private func enlargement(_ width: Int, _ height: Int, _ output: (Int, Int), _ wrap: Wrap = .none)
    -> DetailEnlargement
  {
    var result = DetailEnlargement(
      upscaler, width: width, height: height, outputWidth: output.0, outputHeight: output.1)
    result.wrap = wrap
    return result
  }

  private func picture(_ width: Int, _ height: Int) -> FloatImage {
    let samples = (0..<width * height * 3).map { index -> Float in
      let angle = 0.31 * Float(index % (width * 3)) + Float(index / (width * 3))
      return 0.5 + 0.4 * sin(angle)
    }
    return FloatImage(width: width, height: height, channels: 3, samples: samples)
  }

  @Test(arguments: [
    (48, 40, 1), (30, 20, 1), (72, 40, 2), (80, 60, 2), (192, 160, 2), (13, 10, 1), (49, 37, 1),
  ])
  func anySizeIsReached(width: Int, height: Int, passes: Int) throws {
    let enlargement = enlargement(12, 10, (width, height))
    #expect(enlargement.passes == passes)
    let result = try enlargement(picture(12, 10))
    #expect(result.width == width && result.height == height && result.samples.allSatisfy(\.isFinite))
  }

  /// Rows asked for one by one are those of the whole.
  @Test(arguments: [false, true], [(40, 36), (30, 27)])
  func bandsAreTheWhole(isFaithful: Bool, output: (Int, Int)) throws {
    let picture = picture(10, 9)
    var enlargement = enlargement(10, 9, output)
    enlargement.isFaithful = isFaithful
    let whole = try enlargement(picture)
    var begun = 0
    let rows = try enlargement.begin {
      begun += 1
      var row = 0
      return { _ in
        defer { row += 1 }
        return FloatImage(
          width: 10, height: row < 9 ? 1 : 0, channels: 3,
          samples: row < 9 ? Array(picture.samples[row * 30..<(row + 1) * 30]) : [])
      }
    }
    var samples: [Float] = []
    for count in [1, 2, 5, 40] { samples += try rows(count).samples }
    #expect(samples == whole.samples)
    #expect(begun == (isFaithful ? 2 : 1))
  }

  /// A torus moved by some pixels comes out moved, at a size that the network does not make itself.
  @Test(arguments: [(48, 32), (36, 24), (96, 64)])
  func aTorusHasNoBorder(output: (Int, Int)) throws {
    let (width, height) = (12, 8)
    let picture = picture(width, height)
    func moved(_ image: FloatImage, _ dx: Int, _ dy: Int) -> FloatImage {
      var result = image
      for y in 0..<image.height {
        for x in 0..<image.width {
          for channel in 0..<3 {
            result[x, y, channel] = image[(x + dx) % image.width, (y + dy) % image.height, channel]
          }
        }
      }
      return result
    }
    let enlargement = enlargement(width, height, output, .xy)
    let one = try moved(enlargement(picture), 4 * output.0 / width, 4 * output.1 / height)
    let other = try enlargement(moved(picture, 4, 4))
    let worst = zip(one.samples, other.samples).map { abs($0 - $1) }.max() ?? 1
    // Single precision, and tone curves on top where it is resampled.
    #expect(worst < 1e-4)
  }
}
