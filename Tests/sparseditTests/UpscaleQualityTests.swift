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
      ["upscale", "-i", scratch.path("in.png"), "-o", scratch.path("out.png")]
        + (flags.contains("--scale") ? [] : ["--scale", "4"]) + flags)
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
    let result = try enlarged(source, ["-m", model, "--steps", "4", "--window", "128", "--refine", "0.35"])
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

  private func picture(_ image: Image) -> FloatImage {
    FloatImage(width: image.width, height: image.height, channels: 3, samples: Pictures.floats(image))
  }

  /// Mean square of a picture, shrunk again by `filter`, against its source, in decibels.
  private func shrunkPSNR(_ result: Image, _ source: Image, _ filter: ResamplingFilter) throws -> Double {
    let again = try picture(result).resized(width: source.width, height: source.height, filter: filter)
    let squares = zip(again.samples, Pictures.floats(source)).map { Double(($0 - $1) * ($0 - $1)) }
    return -10 * log10(squares.reduce(0, +) / Double(squares.count))
  }

  private func smallPhotograph() throws -> Image {
    let photo = try Pictures.read(Repository.path("samples/street.jpg"))
    let small = try picture(photo).resized(width: 188, height: 140, filter: .area)
    return Pictures.made(188, 140, PixelFormat(.uint8, .rgb)) { small[$0, $1, $2] }
  }

  /// With `--faithful`, shrunk again it is its source, at any size.
  @Test(arguments: ["4", "2", "3"])
  func faithfulKeepsTheSource(scale: String) throws {
    let source = try smallPhotograph()
    let result = try enlarged(source, ["--faithful", "--scale", scale])
    // A whole pixel of 8 bits is 48 dB.
    #expect(try shrunkPSNR(result, source, .area) > 40)
  }

  /// By default it has more fine detail than Lanczos, and still shows its source.
  @Test func detailIsAdded() throws {
    let source = try smallPhotograph()
    let result = try enlarged(source, [])
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
    #expect(try shrunkPSNR(result, source, .area) > 30)
    let (ours, lanczos) = (detail(picture(result)), detail(try enlargedByLanczos(source)))
    #expect(ours > 1.1 * lanczos)
  }

  /// Beside a hard edge no side leaves its range by more than Lanczos' kernel would: a tenth of the step, and half as
  /// much again where two edges meet. No black outlines.
  @Test(arguments: [["--faithful"], []])
  func hardEdgesHaveNoOutline(flags: [String]) throws {
    let meet = flags.contains("--faithful")
    let source = Pictures.made(48, 40, PixelFormat(.uint8, .rgb)) { x, y, _ in
      (x >= 24) != (meet && y >= 30) ? 200 / 255 : 60 / 255
    }
    let result = try enlarged(source, flags)
    let (least, most) = (result.bytes.min() ?? 0, result.bytes.max() ?? 0)
    #expect(least >= 60 - 21 && most <= 200 + 21, "\(least) \(most)")
  }

  /// A picture that repeats still does when it is enlarged.
  @Test(arguments: ["4", "3"])
  func aTorusStaysOne(scale: String) throws {
    let source = Pictures.made(40, 32, PixelFormat(.uint16, .rgb)) { x, y, channel in
      let (u, v) = (Float(x) / 40, Float(y) / 32)
      let (across, down): (Float, Float) = (3 * u + Float(channel), 2 * v + u)
      let waves: Float = sin(2 * Float.pi * across) + cos(2 * Float.pi * down)
      return 0.5 + 0.2 * waves
    }
    let before = picture(source).repeatSeamRatio()
    let after = picture(try enlarged(source, ["--tile", "xy", "--scale", scale])).repeatSeamRatio()
    // A wave's own slope at the border is what the source has too.
    #expect(try #require(after.x) < 1.1 * (try #require(before.x)))
    #expect(try #require(after.y) < 1.1 * (try #require(before.y)))
  }
}
