import Images
import SparseditKit
import Testing

@testable import sparsedit

@Suite struct MaskCommandTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func made(_ flags: [String]) throws -> Mask {
    let command = try MaskCommand.parse(["-o", bench.path("out.png"), "--overwrite"] + flags)
    try PictureTools.makeMask(command.request(), to: command.output.request)
    return try bench.readMask("out.png")
  }

  /// Eight by eight, as rows of digits: 0 for black, 9 for white.
  private func picture(_ mask: Mask) -> [String] {
    (0..<mask.height).map { y in
      (0..<mask.width).map { "\(Int((mask[$0, y] * 9).rounded()))" }.joined()
    }
  }

  private let size = ["--size", "6x4"]

  @Test func rectanglesAreAdded() throws {
    let mask = try made(size + ["--add", "rectangle:1,1,2,2", "--add", "rectangle:4,0,1,1"])
    #expect(picture(mask) == ["000090", "099000", "099000", "000000"])
  }

  @Test func nothingAddedIsEverything() throws {
    #expect(try picture(made(["--size", "3x2"])) == ["999", "999"])
    #expect(try picture(made(["--size", "3x2", "--subtract", "rectangle:0,0,1,2"])) == ["099", "099"])
  }

  @Test func intersectSubtractAndDifference() throws {
    let left = size + ["--add", "rectangle:0,0,4,4"]
    #expect(try picture(made(left + ["--intersect", "rectangle:2,0,4,2"]))[0] == "009900")
    #expect(try picture(made(left + ["--subtract", "rectangle:1,0,1,4"]))[0] == "909900")
    #expect(
      try picture(made(left + ["--difference", "rectangle:3,0,3,1"])) == [
        "999099", "999900", "999900", "999900",
      ])
  }

  @Test func ellipseAndPolygon() throws {
    let ellipse = try made(["--size", "40x20", "--add", "ellipse:20,10,15,5"])
    #expect(ellipse[20, 10] == 1 && ellipse[7, 10] == 1 && ellipse[20, 3] == 0)
    let turned = try made(["--size", "40x20", "--add", "ellipse:20,10,9,3,90"])
    #expect(turned[20, 3] == 1 && turned[13, 10] == 0)
    #expect(
      try picture(made(size + ["--add", "polygon:0,0,6,0,6,4,0,4"]))
        == [String](repeating: "999999", count: 4))
  }

  private func colorful() throws -> [String] {
    let red: [Float] = [1, 0, 0]
    let rose: [Float] = [0.97, 0.1, 0.1]
    let blue: [Float] = [0, 0, 1]
    let white: [Float] = [1, 1, 1]
    return [
      "-i",
      try bench.write(
        "colors.png", width: 4, height: 1, PixelFormat(.uint8, .rgb), red + rose + blue + white),
    ]
  }

  @Test func coloursWithToleranceAndSoftness() throws {
    let image = try colorful()
    #expect(try picture(made(image + ["--add", "color:#ff0000,1,0"])) == ["9000"])
    #expect(try picture(made(image + ["--add", "color:#ff0000,30,0"])) == ["9900"])
    #expect(try picture(made(image + ["--add", "color-at:2,0,1,0"])) == ["0090"])
    let soft = try made(image + ["--add", "color:#ff0000,1,40"])
    #expect(soft[0, 0] == 1 && soft[1, 0] > 0 && soft[1, 0] < 1 && soft[2, 0] == 0)
  }

  @Test func lightnessSelectsBetween() throws {
    let image = try colorful()
    // L* of sRGB red is 53, of blue 32, of white 100.
    #expect(try picture(made(image + ["--add", "lightness:0,40"])) == ["0090"])
    #expect(try picture(made(image + ["--add", "lightness:90,100"])) == ["0009"])
    let soft = try made(image + ["--add", "lightness:90,100,60"])
    #expect(soft[0, 0] > 0 && soft[0, 0] < 1)
  }

  @Test func alphaAndFiles() throws {
    let format = PixelFormat(.uint8, .gray, alpha: .straight)
    let clear = try bench.write("clear.png", width: 2, height: 1, format, [0.5, 1, 0.5, 0.4])
    let mask = try made(["-i", clear, "--add", "alpha", "--depth", "16"])
    #expect(mask[0, 0] == 1 && abs(mask[1, 0] - 0.4) < 1e-4)
    let stored = try bench.writeMask("stored.png", width: 3, height: 1, [0, 1, 0])
    #expect(try picture(made(["--add", "file:\(stored)", "--invert"])) == ["909"])
  }

  @Test func foregroundIsCutOut() throws {
    // A bright disc on dark ground.
    let samples = (0..<40 * 40).flatMap { index -> [Float] in
      let (x, y) = (index % 40 - 20, index / 40 - 20)
      return x * x + y * y < 100 ? [0.9, 0.8, 0.3] : [0.1, 0.2 + 0.02 * Float(index % 3), 0.3]
    }
    let image = try bench.writeColors("disc.png", width: 40, height: 40, samples)
    let mask = try made(["-i", image, "--add", "foreground:5,5,30,30"])
    #expect(mask[20, 20] == 1 && mask[20, 12] == 1 && mask[8, 8] == 0 && mask[35, 20] == 0)
  }

  @Test func shapingFlags() throws {
    let dot = size + ["--add", "rectangle:2,1,1,1"]
    #expect(try picture(made(dot + ["--grow", "1"])) == ["009000", "099900", "009000", "000000"])
    #expect(try picture(made(size + ["--add", "rectangle:0,0,4,4", "--shrink", "1"]))[1] == "999000")
    // Growing and shrinking by the same number fills the hole.
    let ring = ["--size", "9x9", "--add", "rectangle:2,2,5,5", "--subtract", "rectangle:4,4,1,1"]
    #expect(try made(ring)[4, 4] == 0)
    #expect(try made(ring + ["--grow", "1", "--shrink", "1"])[4, 4] == 1)
    #expect(try picture(made(dot + ["--invert"])) == ["999999", "990999", "999999", "999999"])
    let half = ["--size", "3x1", "--add", "rectangle:0.5,0,1.75,1"]
    #expect(try picture(made(half)) == ["592"])
    #expect(try picture(made(half + ["--threshold", "0.5"])) == ["990"])
    #expect(try picture(made(half + ["--threshold", "0.2"])) == ["999"])
    let wide = ["--size", "40x1", "--add", "rectangle:10,0,30,1"]
    let soft = try made(wide + ["--feather", "4"])
    #expect(soft[9, 0] == 0 && soft[10, 0] > 0 && soft[10, 0] < 0.5 && soft[30, 0] == 1)
  }

  @Test func depthOfTheMask() throws {
    _ = try made(size + ["--depth", "16"])
    #expect(try bench.read("out.png").format.sampleType == .uint16)
    _ = try made(size)
    #expect(try bench.read("out.png").format.sampleType == .uint8)
  }

  @Test func reportsAsJSON() throws {
    let result = try Command.run(
      ["mask", "-o", bench.path("new.png"), "--json", "--add", "rectangle:1,1,2,2"] + size)
    #expect(result.status == 0, "\(result.errors)")
    let report = try result.json()
    #expect(report["selected_pixels"] as? Int == 4)
    #expect(abs((report["coverage"] as? Double ?? 0) - 4.0 / 24) < 1e-9)
    let box = try #require(report["box"] as? [String: Any])
    #expect(["x", "y", "width", "height"].map { box[$0] as? Int } == [1, 1, 2, 2])
  }

  @Test func failuresSayWhatAndWhere() throws {
    let image = try colorful()
    let cases: [(flags: [String], status: Int32, words: String)] = [
      ([], 64, "--size"),
      (size + ["--add", "blob:1,2"], 64, "rectangle:X,Y,W,H"),
      (size + ["--add", "rectangle:1,1,0,2"], 64, "rectangle"),
      (size + ["--add", "color:#ff0000"], 64, "--image"),
      (size + ["--add", "color:red"], 64, "#RRGGBB"),
      (image + ["--add", "alpha"], 65, "no alpha channel"),
      (image + ["--add", "color-at:9,0"], 64, "outside the picture"),
      (image + ["--add", "file:\(bench.path("none.png"))"], 66, "none.png"),
      (size + ["--grow", "-1"], 64, "grow"),
      (size + ["--threshold", "2"], 64, "--threshold"),
      (size + ["--depth", "12"], 64, "--depth"),
      (["--size", "4"], 64, "--size"),
      (["--size", "99999x99999"], 64, "--size"),
    ]
    for (flags, status, words) in cases {
      let result = try Command.run(["mask", "-o", bench.path("new.png")] + flags)
      #expect(result.status == status, "\(flags): \(result.errors)")
      #expect(result.errors.contains(words), "\(flags): \(result.errors)")
      #expect(!bench.exists("new.png"))
    }
    let blurred = try Command.run(["mask", "-o", bench.path("new.jpg")] + size)
    #expect(blurred.status == 64 && blurred.errors.contains("JPEG"))
    #expect(try Command.run(["mask", "-o", bench.path("none/new.png")] + size).status == 73)
  }

  @Test func anInputIsKeptUnlessToldOtherwise() throws {
    let stored = try bench.writeMask("stored.png", width: 3, height: 1, [0, 1, 0])
    let arguments = ["mask", "--add", "file:\(stored)", "--invert", "-o", stored]
    #expect(try Command.run(arguments).status == 73)
    #expect(try bench.readMask("stored.png").values == [0, 1, 0])
    #expect(try Command.run(arguments + ["--overwrite"]).status == 0)
    #expect(try bench.readMask("stored.png").values == [1, 0, 1])
  }
}
