import Images
import SparseditKit
import Testing

@testable import sparsedit

@Suite struct InspectCommandTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func inspect(_ arguments: [String]) throws -> [String: Any] {
    let result = try Command.run(["inspect", "--json"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return try result.json()
  }

  @Test func describesTheFile() throws {
    let metadata = ImageMetadata(
      resolution: Resolution(x: 100, y: 100, unit: .centimetre), recipe: "a wall\nSteps: 4, Seed: 7")
    let path = try bench.write(
      "deep.tif", width: 3, height: 2, PixelFormat(.uint16, .rgb, alpha: .straight), metadata: metadata,
      [Float](repeating: 0.5, count: 24))
    let report = try inspect([path])
    #expect(report["width"] as? Int == 3 && report["height"] as? Int == 2 && report["depth"] as? Int == 16)
    #expect(report["file_format"] as? String == "TIFF")
    #expect(report["format"] as? String == "16-bit RGB with straight alpha")
    #expect(report["parameters"] as? String == "a wall\nSteps: 4, Seed: 7")
    let inches = try #require(report["pixels_per_inch"] as? [Double])
    #expect(abs(inches[0] - 254) < 0.01)
    #expect((report["profile"] as? [String: Any])?["name"] as? String == "sRGB")
    #expect(report["statistics"] == nil && report["seam_ratio"] == nil)
    let text = try Command.run(["inspect", path]).text
    for words in ["TIFF, 3 x 2, 16-bit RGB", "254 x 254", "a wall", "Seed: 7"] {
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test func namesAnEmbeddedProfile() throws {
    let curve: [UInt8] = Array("curv".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
    let path = try bench.write(
      "profiled.tif", width: 1, height: 1, PixelFormat(.uint8, .gray),
      profile: ColorProfile(icc: GreyProfile.bytes(curve: curve), origin: .embedded), [0.5])
    let profile = try #require(try inspect([path])["profile"] as? [String: Any])
    #expect(profile["name"] as? String == "Test" && profile["origin"] as? String == "embedded")
  }

  @Test func statisticsOnRequest() throws {
    let path = try bench.write(
      "two.png", width: 2, height: 1, PixelFormat(.uint8, .rgb), [0, 0.2, 1, 1, 0.6, 1])
    let channels = try #require(try inspect([path, "--statistics"])["statistics"] as? [[String: Any]])
    #expect(channels.map { $0["name"] as? String } == ["red", "green", "blue"])
    #expect(channels[1]["minimum"] as? Double == 51 && channels[1]["mean"] as? Double == 102)
    #expect(channels[0]["at_black"] as? Double == 0.5 && channels[2]["at_white"] as? Double == 1)
    #expect(
      try Command.run(["inspect", path, "--statistics"]).text.contains("green: 51 to 153, mean 102"))
  }

  @Test func seamRatioOnRequest() throws {
    // A ramp to the right that falls back at the border: steps of 1/8 inside, 7/8 across, nothing down.
    let ramp = (0..<64).map { Float($0 % 8) / 8 }
    let path = try bench.write("ramp.tif", width: 8, height: 8, PixelFormat(.float32, .gray), ramp)
    let ratio = try #require(try inspect([path, "--seam-ratio"])["seam_ratio"] as? [String: Any])
    #expect(abs((ratio["x"] as? Double ?? 0) - 7) < 1e-6)
    #expect(ratio["y"] == nil)
  }

  @Test func seamAlongAMask() throws {
    // Flat noise with a step of 0.5 around the mask.
    let samples = (0..<64).map { index -> Float in
      let inside = index % 8 >= 4
      return (inside ? 0.75 : 0.25) + (index % 2 == 0 ? 0.05 : 0)
    }
    let path = try bench.write("step.tif", width: 8, height: 8, PixelFormat(.float32, .gray), samples)
    let mask = try bench.writeMask("mask.png", width: 8, height: 8, (0..<64).map { $0 % 8 >= 4 ? 1 : 0 })
    let ratio = try #require(try inspect([path, "--mask", mask])["mask_seam_ratio"] as? Double)
    #expect(ratio > 5)
  }

  private func pair() throws -> (String, String, String) {
    let format = PixelFormat(.uint16, .rgb)
    var samples = [Float](repeating: 0.5, count: 12)
    let first = try bench.write("first.png", width: 4, height: 1, format, samples)
    samples[0] = 0.5 + 10 / 65_535
    samples[9] = 0.5 + 300 / 65_535
    let second = try bench.write("second.png", width: 4, height: 1, format, samples)
    return (first, second, try bench.writeMask("mask.png", width: 4, height: 1, [0, 0, 1, 1]))
  }

  private func region(_ report: [String: Any], _ name: String) throws -> (changed: Int, largest: Double) {
    let region = try #require(report[name] as? [String: Any])
    let all = try #require(region["all"] as? [String: Any])
    return (try #require(region["changed_pixels"] as? Int), try #require(all["maximum"] as? Double))
  }

  @Test func comparesInsideAndOutside() throws {
    let (first, second, mask) = try pair()
    let whole = try inspect([first, "--compare", second])
    #expect(try region(whole, "inside") == (2, 300) && whole["outside"] == nil)
    #expect(whole["identical"] as? Bool == false && whole["white"] as? Double == 65_535)
    let split = try inspect([first, "--compare", second, "--mask", mask])
    #expect(try region(split, "inside") == (1, 300) && region(split, "outside") == (1, 10))
    let swapped = try inspect([first, "--compare", second, "--mask", mask, "--invert-mask"])
    #expect(try region(swapped, "inside") == (1, 10) && region(swapped, "outside") == (1, 300))
    let same = try inspect([first, "--compare", first])
    #expect(same["identical"] as? Bool == true)
    let text = try Command.run(["inspect", first, "--compare", second, "--mask", mask]).text
    #expect(text.contains("outside the mask: 1 of 2 pixels differ") && text.contains("red: largest 10"))
  }

  @Test func failuresSayWhatAndWhere() throws {
    let (first, second, mask) = try pair()
    let shallow = try bench.write(
      "shallow.png", width: 4, height: 1, PixelFormat(.uint8, .rgb), [Float](repeating: 0, count: 12))
    let small = try bench.writeMask("small.png", width: 1, height: 1, [1])
    let text = try bench.writeText("text.png", "not a picture")
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      ([bench.path("none.png")], 66, "none.png"),
      ([text], 65, "text.png"),
      ([first, "--compare", shallow], 64, "16-bit RGB and 8-bit RGB"),
      ([first, "--compare", small], 64, "4 x 1 and 1 x 1"),
      ([first, "--mask", small], 64, "small.png is 1 x 1"),
      ([first, "--compare", second, "--statistics"], 64, "--compare"),
      ([first, "--invert-mask", "--mask", mask], 64, "--compare"),
      ([first, "--compare", second, "--invert-mask"], 64, "--mask"),
    ]
    for (arguments, status, words) in cases {
      let result = try Command.run(["inspect"] + arguments)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
  }
}
