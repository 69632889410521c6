import Images
import SparseditKit
import Testing

@testable import sparsedit

@Suite struct AdjustCommandTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    // Six by two: muted colours of all kinds, none grey.
    let samples: [Float] = (0..<12).flatMap { index -> [Float] in
      let step = Float(index) / 12
      return [0.2 + 0.6 * step, 0.7 - 0.5 * step, index.isMultiple(of: 2) ? 0.3 : 0.6]
    }
    try bench.writeColors("source.png", width: 6, height: 2, samples)
    try bench.writeMask(
      "mask.png", width: 6, height: 2, [0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1])
    _ = try bench.writeText("look.cube", "LUT_1D_SIZE 2\n1 0 0\n0 0.5 1\n")
  }

  /// The samples that flags give: parsed as the command does, then run.
  private func graded(_ flags: [String], source: String = "source.png") throws -> [Float] {
    let command = try AdjustCommand.parse(
      ["-i", bench.path(source), "-o", bench.path("out.png"), "--overwrite"] + flags)
    _ = try Editor().start(command.request, to: command.destination(0)).wait()
    return try bench.samples("out.png")
  }

  @Test func withoutFlagsEverySampleStays() throws {
    #expect(try graded([]) == bench.samples("source.png"))
  }

  @Test(arguments: [
    ["--exposure", "-0.5"], ["--temperature", "4500"], ["--tint", "-40"], ["--contrast", "1.3"],
    ["--saturation", "0.5"], ["--vibrance", "-0.5"], ["--lift", "0.1"], ["--lift", "-0.1,0,0"],
    ["--gamma", "1.5"], ["--gain", "1.1,1,1"], ["--curve", "0,0 0.5,0.6 1,1"],
  ])
  func changesThePicture(_ flags: [String]) throws {
    #expect(try graded(flags) != bench.samples("source.png"))
  }

  @Test func contrastTurnsAboutThePivotGiven() throws {
    #expect(try graded(["--contrast", "1.3", "--contrast-pivot", "0.5"]) != graded(["--contrast", "1.3"]))
  }

  @Test(arguments: [("--curve-red", 0), ("--curve-green", 1), ("--curve-blue", 2)])
  func curvesOfOneChannel(flag: String, channel: Int) throws {
    let (before, after) = (try bench.samples("source.png"), try graded([flag, "0,0 1,0.5"]))
    for index in before.indices {
      let expected = index % 3 == channel ? before[index] / 2 : before[index]
      #expect(abs(after[index] - expected) <= 1 / 65_535)
    }
  }

  @Test func gainOfOneHalfHalves() throws {
    let (before, after) = (try bench.samples("source.png"), try graded(["--gain", "0.5"]))
    for (one, other) in zip(before, after) { #expect(abs(other - one / 2) <= 1 / 65_535) }
  }

  @Test func lookupTableAndItsStrength() throws {
    let before = try bench.samples("source.png")
    let full = try graded(["--lut", bench.path("look.cube")])
    let half = try graded(["--lut", bench.path("look.cube"), "--lut-strength", "0.5"])
    for pixel in 0..<12 {
      #expect(abs(full[3 * pixel] - (1 - before[3 * pixel])) <= 1 / 65_535)
      #expect(abs(full[3 * pixel + 1] - before[3 * pixel + 1] / 2) <= 1 / 65_535)
      #expect(abs(half[3 * pixel] - 0.5) <= 1 / 65_535)
      #expect(full[3 * pixel + 2] == before[3 * pixel + 2])
    }
  }

  /// Which of the twelve pixels a masked grading changes.
  private func changed(_ flags: [String]) throws -> [Bool] {
    let before = try bench.samples("source.png")
    let after = try graded(["--gain", "0.5", "--mask", bench.path("mask.png")] + flags)
    return (0..<12).map { before[3 * $0..<3 * $0 + 3] != after[3 * $0..<3 * $0 + 3] }
  }

  @Test func maskFlags() throws {
    func both(_ row: [Bool]) -> [Bool] { row + row }
    #expect(try changed([]) == both([false, false, true, true, true, true]))
    #expect(try changed(["--invert-mask"]) == both([true, true, false, false, false, false]))
    #expect(try changed(["--mask-grow", "1"]) == both([false, true, true, true, true, true]))
    #expect(try changed(["--mask-grow", "-1"]) == both([false, false, false, true, true, true]))
  }

  @Test func featherFadesInsideTheMask() throws {
    let before = try bench.samples("source.png")
    let hard = try graded(["--gain", "0.5", "--mask", bench.path("mask.png")])
    let soft = try graded(["--gain", "0.5", "--mask", bench.path("mask.png"), "--mask-feather", "2"])
    #expect(soft[0..<6] == before[0..<6])
    #expect(soft[6] > hard[6] && soft[6] < before[6])
    #expect(abs(soft[15] - hard[15]) <= 1 / 65_535)
  }

  @Test(arguments: ["--invert-mask", "--mask-grow=3", "--mask-feather=2"])
  func maskFlagsNeedAMask(_ flag: String) {
    #expect(throws: SparseditError.self) { try graded([flag]) }
  }

  @Test(arguments: [SampleType.uint8, .uint16, .float32], [AlphaKind.none, .straight, .associated])
  func outsideTheMaskTheBytesStayInEveryFormat(type: SampleType, alpha: AlphaKind) throws {
    let format = PixelFormat(type, .rgb, alpha: alpha)
    let samples = (0..<12 * format.channels).map { Float($0 % 7) / 7 + (type == .float32 ? 0.6 : 0) }
    try bench.write("deep.tif", width: 6, height: 2, format, samples)
    let command = try AdjustCommand.parse([
      "-i", bench.path("deep.tif"), "-o", bench.path("out.tif"), "--mask", bench.path("mask.png"),
      "--exposure", "0.3", "--saturation", "1.4",
    ])
    let report = try Editor().start(command.request, to: command.destination(0)).wait()
    #expect(report.maxDifferenceOutsideMask == 0 && report.changedPixels ?? 0 > 0)
    let (before, after) = (try bench.read("deep.tif"), try bench.read("out.tif"))
    #expect(before.format == after.format)
    let pixel = format.pixelBytes
    for index in [0, 1, 6, 7] {
      #expect(
        before.bytes[index * pixel..<(index + 1) * pixel] == after.bytes[index * pixel..<(index + 1) * pixel])
    }
    #expect(before.bytes != after.bytes)
  }

  @Test func blocksOfAJPEGOutsideTheMaskAreCopied() throws {
    let samples = (0..<64 * 64 * 3).map { (index: Int) -> Float in
      let noise = Float(index * 7919 % 101)
      return 0.2 + noise / 200
    }
    try bench.write("photo.jpg", width: 64, height: 64, PixelFormat(.uint8, .rgb), samples)
    let corner = (0..<4096).map { (index: Int) -> Float in index % 64 < 8 && index < 512 ? 1 : 0 }
    try bench.writeMask("corner.png", width: 64, height: 64, corner)
    let command = try AdjustCommand.parse([
      "-i", bench.path("photo.jpg"), "-o", bench.path("out.jpg"), "--mask", bench.path("corner.png"),
      "--gain", "0.4",
    ])
    _ = try Editor().start(command.request, to: command.destination(0)).wait()
    let (before, after) = (try bench.samples("photo.jpg"), try bench.samples("out.jpg"))
    // The picture is coded in blocks of 16 pixels at most, and colour is smoothed across one pixel of the next.
    for y in 0..<64 {
      for x in 0..<64 where x >= 18 || y >= 18 {
        #expect(after[(y * 64 + x) * 3] == before[(y * 64 + x) * 3])
      }
    }
    #expect(after[0] < before[0] - 0.05)
  }

  @Test func metadataStaysUnlessItIsNotWanted() throws {
    let metadata = ImageMetadata(recipe: "a prompt\nSteps: 4")
    try bench.writeColors("told.png", width: 1, height: 1, metadata: metadata, [0.1, 0.2, 0.3])
    _ = try graded(["--exposure", "1"], source: "told.png")
    let recipe = try #require(
      try bench.read("out.png").header.metadata.recipe.map { try Recipe(parameters: $0) })
    #expect((recipe.request as? AdjustRequest)?.exposure == 1)
    #expect(recipe.source == "a prompt\nSteps: 4")
    _ = try graded(["--exposure", "1", "--no-metadata"], source: "told.png")
    #expect(try bench.read("out.png").header.metadata.recipe == nil)
  }

  @Test func theProfileDecidesWhatLightIs() throws {
    // The same numbers under gamma 1: a stop doubles them.
    let gamma: [UInt8] = Array("curv".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
    try bench.write(
      "linear.tif", width: 1, height: 1, PixelFormat(.uint16, .gray),
      profile: ColorProfile(icc: GreyProfile.bytes(curve: gamma), origin: .embedded), [0.25])
    let command = try AdjustCommand.parse([
      "-i", bench.path("linear.tif"), "-o", bench.path("out.tif"), "--exposure", "1",
    ])
    _ = try Editor().start(command.request, to: command.destination(0)).wait()
    #expect(try abs(bench.samples("out.tif")[0] - 0.5) <= 1 / 65_535)
    #expect(try bench.read("out.tif").header.profile.icc == bench.read("linear.tif").header.profile.icc)
  }

  @Test func reportsAsJSON() throws {
    let result = try Command.run([
      "adjust", "-i", bench.path("source.png"), "-o", bench.path("new.png"), "--gain", "0.5", "--mask",
      bench.path("mask.png"), "--json",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let report = try result.json()
    #expect(report["changed_pixels"] as? Int == 8)
    #expect(report["max_difference_outside_mask"] as? Double == 0)
    #expect(report["format"] as? String == "16-bit RGB")
    #expect(report["width"] as? Int == 6 && report["height"] as? Int == 2)
    #expect(report["output"] as? String == bench.path("new.png"))
  }

  @Test func quietSaysNothing() throws {
    let arguments = ["adjust", "-i", bench.path("source.png"), "-o", bench.path("new.png"), "--gain", "0.5"]
    let loud = try Command.run(arguments)
    #expect(loud.errors.contains("12 pixels changed") && loud.output.isEmpty)
    let quiet = try Command.run(arguments + ["--quiet"])
    #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty)
  }

  @Test func inputsAreKeptUnlessToldOtherwise() throws {
    let before = try bench.read("source.png")
    let arguments = [
      "adjust", "-i", bench.path("source.png"), "-o", bench.path("source.png"), "--gain", "0.5",
    ]
    let refused = try Command.run(arguments)
    #expect(refused.status == 73 && refused.errors.contains("--overwrite"))
    #expect(try bench.read("source.png") == before)
    #expect(try Command.run(arguments + ["--overwrite"]).status == 0)
    #expect(try bench.read("source.png").bytes != before.bytes)
  }

  @Test func failuresSayWhatAndWhere() throws {
    let broken = try bench.writeText("broken.cube", "LUT_3D_SIZE 2\n0 0 0\n")
    let small = try bench.writeMask("small.png", width: 1, height: 1, [1])
    let cases: [(flags: [String], status: Int32, words: String)] = [
      (["-i", bench.path("none.png")], 66, "none.png"),
      (["-i", broken], 65, "broken.cube"),
      (["--lut", broken], 65, "1 colours; expected 8"),
      (["--lut", bench.path("none.cube")], 66, "none.cube"),
      (["--mask", small], 64, "small.png is 1 x 1"),
      (["--exposure", "99"], 64, "exposure"),
      (["--temperature", "100"], 64, "temperature"),
      (["--curve", "0,0"], 64, "curve"),
      (["--gamma", "1,2"], 64, "--gamma"),
    ]
    for (flags, status, words) in cases {
      let image = flags.contains("-i") ? [] : ["-i", bench.path("source.png")]
      let result = try Command.run(["adjust", "-o", bench.path("new.png")] + image + flags)
      #expect(result.status == status, "\(flags): \(result.errors)")
      #expect(result.errors.contains(words), "\(flags): \(result.errors)")
      #expect(!bench.exists("new.png"))
    }
  }
}
