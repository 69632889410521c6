import Tensors
import Testing

@testable import Autoencoders

/// Pictures larger than a tile.
@Suite struct KLTilingTests {
  /// Waves that are the same everywhere, with one bright corner: what a sample sees nearly, and a tile by itself not.
  private func field(_ channels: Int, _ height: Int, _ width: Int) -> Tensor {
    let values = (0..<channels * height * width).map { index -> Float in
      let (channel, y, x) = (index / (height * width), index / width % height, index % width)
      let wave = Float((y * (3 + channel) + x * 5) % 17 + (y * x) % 7) / 12 - 0.9
      return y < height / 4 && x < width / 4 ? wave + 0.8 : wave
    }
    return Tensor(values, shape: [channels, height, width])
  }

  /// The tiles' own part in the error is rounding: with what the whole picture fixes they come out as the whole does.
  @Test(arguments: [Padding.zero, .circular])
  func tilesLeaveNoSeam(_ padding: Padding) throws {
    let directory = try Fixtures.path("kl")
    let small = try AutoencoderKL(path: directory, tileArea: 40 * 40)
    let (reachIn, reachOut) = (small.configuration.encoderReach, small.configuration.decoderReach)
    #expect(max(reachIn, reachOut) < 20, "a tile of 40 x 40 cells must have a core")
    let around = PicturePadding(x: padding, y: .zero)
    let latents = field(small.configuration.latentChannels, 90, 70)
    var whole = KLStatistics.recording
    let picture = small.pixels(of: latents, around, &whole)
    let tiled = small.decode(latents, by: whole, around)
    #expect(relativeError(tiled, picture) < 1e-5)
    whole = .recording
    let encoded = small.means(of: picture, around, &whole)
    #expect(relativeError(small.encode(picture, by: whole, around), encoded) < 1e-5)
  }

  @Test(arguments: [(96, 96, 2304), (200, 40, 900), (33, 1000, 1024), (5, 5, 100)])
  func samplesAreSpreadOverThePicture(_ height: Int, _ width: Int, _ area: Int) {
    let sample = PictureSample(height: height, width: width, area: area)
    for (pieces, length) in [(sample.rows, height), (sample.columns, width)] {
      #expect(pieces.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= length })
      #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
      if pieces.count > 1 {
        #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == length)
      }
    }
    let cells = sample.rows.reduce(0) { $0 + $1.count } * sample.columns.reduce(0) { $0 + $1.count }
    #expect(cells <= max(area, 1) && 2 * cells >= min(area, height * width))
    // Every piece comes from where it says.
    let numbers = Tensor((0..<height * width).map(Float.init), shape: [1, height, width])
    let expected = sample.rows.joined().flatMap { y in sample.columns.joined().map { Float(y * width + $0) } }
    #expect(sample.cut(numbers, scale: 1).values == expected)
  }
}
