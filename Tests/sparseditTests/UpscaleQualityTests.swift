import Foundation
import ImageCodecs
import ImageProcessing
import Images
import Testing

/// What an enlargement must look like: even where the source is, and with detail where there is some.
@Suite struct UpscaleQualityTests {
  private func enlarged(_ source: Image, _ flags: [String]) throws -> Image {
    let scratch = try Scratch()
    try Pictures.write(source, scratch.path("in.png"))
    let result = try Command.run(
      ["upscale", "-i", scratch.path("in.png"), "-o", scratch.path("out.png"), "--scale", "4"] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return try Pictures.read(scratch.path("out.png"))
  }

  struct Smooth: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let value: @Sendable (Int, Int, Int) -> Float

    static let all = [
      Smooth(testDescription: "flat sky") { _, _, channel in [0.44, 0.63, 0.86][channel] },
      Smooth(testDescription: "gradient") { x, y, channel in
        0.35 + 0.4 * (channel == 2 ? Float(x) / 128 : Float(y) / 96)
      },
    ]
  }

  /// No step across the borders of windows, and no shift of colour: with a random model, which draws as it likes, and
  /// with the bundled one.
  @Test(arguments: Smooth.all, [tinyModel, "bundled"])
  func smoothPicturesShowNoWindows(picture: Smooth, model: String) throws {
    let source = Pictures.made(128, 96, PixelFormat(.uint16, .rgb), picture.value)
    let result = try enlarged(source, ["-m", model, "--steps", "4", "--window", "128"])
    let plain = try enlargedByLanczos(source)
    let samples = Pictures.floats(result)
    let difference = zip(samples, plain.samples).map { $0 - $1 }
    for channel in 0..<3 {
      let values = stride(from: channel, to: difference.count, by: 3).map { difference[$0] }
      let mean: Float = values.reduce(0, +) / Float(values.count)
      #expect(abs(mean) < 0.0004)
    }

    // 512 x 384 pixels and a border of 16: 544 x 416, windows of 128 that overlap by 48 or more, evenly spread.
    let (starts, ends) = borders(length: 544, count: 7)
    let across = steps(difference, width: 512, height: 384, dx: 1, dy: 0)
    let (rowStarts, rowEnds) = borders(length: 416, count: 5)
    let down = steps(difference, width: 512, height: 384, dx: 0, dy: 1)
    for (profile, places) in [(across, starts + ends), (down, rowStarts + rowEnds)] {
      // The borders of windows are borders of tokens: the others of those are what to compare with.
      let elsewhere = profile.indices.filter { $0 > 2 && $0 % 16 == 0 && !places.contains($0) }
      let mean = elsewhere.reduce(0) { $0 + profile[$1] } / Float(elsewhere.count)
      // Each place is a mean over hundreds of pixels; the largest of the others says how far such means scatter.
      let largest = elsewhere.map { profile[$0] }.max() ?? 0
      for place in places where place > 2 && place < profile.count - 2 {
        #expect(profile[place] <= max(largest, 1.5 * mean), "\(place): \(profile[place]), mean \(mean)")
      }
      let atBorders = places.filter { $0 > 2 && $0 < profile.count - 2 }
      let ratio = atBorders.reduce(0) { $0 + profile[$1] } / Float(atBorders.count) / max(mean, 1e-9)
      print("step across window borders over elsewhere, \(picture.testDescription), \(model): \(ratio)")
      #expect(ratio < 1.15)
    }
  }

  /// Where windows begin and end, in pixels of the picture, which lies 16 pixels inside the canvas.
  private func borders(length: Int, count: Int) -> (starts: [Int], ends: [Int]) {
    let travel = (length - 128) / 16
    let starts = (0..<count).map { $0 * travel / (count - 1) * 16 - 16 }
    return (starts, starts.map { $0 + 128 })
  }

  /// Mean absolute step from each column (or row) to the next.
  private func steps(_ values: [Float], width: Int, height: Int, dx: Int, dy: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: dx > 0 ? width : height)
    for y in dy..<height {
      for x in dx..<width {
        for channel in 0..<3 {
          sums[dx > 0 ? x : y] += abs(
            values[(y * width + x) * 3 + channel] - values[((y - dy) * width + x - dx) * 3 + channel])
        }
      }
    }
    return sums.map { $0 / Float((dx > 0 ? height : width) * 3) }
  }

  private func enlargedByLanczos(_ source: Image) throws -> FloatImage {
    try FloatImage(width: source.width, height: source.height, channels: 3, samples: Pictures.floats(source))
      .resized(width: source.width * 4, height: source.height * 4, filter: .lanczos3, inLinearLight: true)
  }

  /// Shrunk again it is its source, and what it adds lies above what Lanczos can hold.
  @Test func detailIsAddedAndTheSourceKept() throws {
    let photo = try Pictures.read(Repository.path("samples/street.jpg"))
    let size = (width: 188, height: 140)
    let small = try FloatImage(
      width: photo.width, height: photo.height, channels: 3, samples: Pictures.floats(photo)
    ).resized(width: size.width, height: size.height, filter: .lanczos3, inLinearLight: true)
    let source = Pictures.made(size.width, size.height, PixelFormat(.uint8, .rgb)) { small[$0, $1, $2] }
    let result = try enlarged(source, ["--steps", "6"])
    let picture = FloatImage(
      width: result.width, height: result.height, channels: 3, samples: Pictures.floats(result))
    let plain = try enlargedByLanczos(source)

    func shrunkError(_ picture: FloatImage) throws -> Double {
      let again = try picture.resized(
        width: size.width, height: size.height, filter: .lanczos3, inLinearLight: true)
      let squares = zip(again.samples, Pictures.floats(source)).map { Double(($0 - $1) * ($0 - $1)) }
      return -10 * log10(squares.reduce(0, +) / Double(squares.count))
    }
    /// Mean size of the second differences, in which what is finer than the source counts most; their squares would be
    /// those of the ringing that Lanczos leaves at a few edges.
    func detail(_ picture: FloatImage) -> Double {
      let (samples, row) = (picture.samples, picture.width * 3)
      var sum = 0.0
      // The first and the last of a row have no neighbour on one side.
      for index in row..<samples.count - row where (3..<row - 3).contains(index % row) {
        let x = Double(samples[index - 3] - 2 * samples[index] + samples[index + 3])
        let y = Double(samples[index - row] - 2 * samples[index] + samples[index + row])
        sum += abs(x) + abs(y)
      }
      return sum / Double(samples.count)
    }
    let (psnr, plainPSNR) = (try shrunkError(picture), try shrunkError(plain))
    let (ours, lanczos) = (detail(picture), detail(plain))
    // Shrinking and enlarging are not each other's inverse; Lanczos alone is no nearer than this.
    #expect(psnr > 34)
    #expect(psnr > plainPSNR - 1)
    #expect(ours > 1.2 * lanczos)
  }
}
