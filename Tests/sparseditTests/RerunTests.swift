import Foundation
import Testing

/// A picture's recipe makes it again.
@Suite struct RerunTests {
  /// Where the tiny model is looked for by its name.
  private static let models = [
    "SPARSEDIT_MODELS": URL(fileURLWithPath: tinyModel).deletingLastPathComponent().path
  ]

  /// Every verb that leaves a recipe, with flags off their defaults.
  @Test(arguments: [
    ["generate", "-p", "red brick", "-n", "blue", "-W", "80", "-H", "48", "-s", "9", "--steps", "3"],
    ["generate", "-p", "x", "--guidance-rescale", "0", "--cfg-scale", "6", "--flow-shift", "2"],
    ["generate", "-p", "x", "-W", "128", "--window", "64", "--overlap", "32", "--compute", "bf16"],
    ["generate", "-p", "x", "--color-reference", "lab:60,5,-5,10,3,3"],
    ["texture", "-p", "stone", "--tile", "x", "-W", "64", "-H", "96", "--sampler", "lcm"],
    ["texture", "-p", "stone", "-i", "in.png", "--band", "20"],
    [
      "inpaint", "-p", "moss", "-i", "in.png", "--mask", "mask.png", "--strength", "0.6", "--mask-grow", "-3",
      "--mask-feather", "7", "--seam", "poisson", "--no-color-match", "--context", "20", "--invert-mask",
      "--clean-context", "0.5",
    ],
    ["inpaint", "-p", "", "-i", "in.png", "--mask", "mask.png", "--steps", "2"],
    ["inpaint", "-p", "moss", "-i", "in.png", "--mask", "mask.png", "--fill", "patch"],
    ["inpaint", "-i", "in.png", "--mask", "mask.png", "--steps", "0", "--fill", "noise", "--seed", "5"],
    ["background", "-p", "sky", "-i", "in.png", "--trimap", "mask.png", "--refine", "none"],
    [
      "background", "-i", "in.png", "--mask", "mask.png", "--background-color", "20c040", "--harmonize",
      "0.5",
      "--decontaminate", "0.25", "--unknown-radius", "4",
    ],
    [
      "background", "-i", "in.png", "--foreground", "mask.png", "--background", "other.png", "--refine",
      "guided-filter",
    ],
    ["inpaint", "-p", "moss", "-i", "in.png", "--extend", "left=16,bottom=20", "--one-crop"],
    ["inpaint", "-p", "moss", "-i", "in.png", "--mask", "other.png", "--region", "ff0000=red bricks"],
    ["texture", "-p", "stone", "-i", "in.png", "--strength", "0"],
    ["upscale", "-p", "stone", "-i", "in.png", "--scale", "1.5", "--strength", "0.5"],
    ["upscale", "-i", "in.png", "--scale", "3", "--faithful"],
    ["upscale", "-i", "in.png", "-W", "200", "--tile", "y"],
    [
      "adjust", "-i", "in.png", "--exposure", "0.5", "--gain", "1,0.9,0.8", "--curve", "0,0 0.5,0.6 1,1",
      "--mask",
      "mask.png", "--invert-mask", "--saturation", "0.5", "--tint", "-20",
    ],
  ])
  func theResultIsTheSame(command: [String]) throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(96, 80), scratch.path("in.png"))
    var other = Pictures.pattern(96, 80)
    other.bytes.replaceSubrange(0..<3, with: [255, 0, 0])
    try Pictures.write(other, scratch.path("other.png"))
    try MaskFiles.write(Pictures.mask(96, 80), scratch.path("mask.png"))
    var command = command.map { $0.hasSuffix(".png") ? scratch.path($0) : $0 }
    if command[0] != "adjust", command.contains("-p") { command += ["-m", tinyModel] }
    let made = try Command.run(command + ["-o", scratch.path("a.png")])
    #expect(made.status == 0, "\(made.errors)")
    // A model that lies somewhere is found by its name in the folders that the machine is set up with.
    let again = try Command.run(
      ["rerun", scratch.path("a.png"), "-o", scratch.path("b.png")], environment: Self.models)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.bytes("a.png") == scratch.bytes("b.png"))
  }

  @Test func flagsWinOverTheRecipe() throws {
    let scratch = try Scratch()
    #expect(try Command.tiny("generate", "-p", "stone", "-s", "3", "-o", scratch.path("a.png")).status == 0)
    let other = try Command.run(
      ["rerun", scratch.path("a.png"), "-o", scratch.path("b.png"), "-s", "4"], environment: Self.models)
    #expect(other.status == 0, "\(other.errors)")
    #expect(try Command.tiny("generate", "-p", "stone", "-s", "4", "-o", scratch.path("c.png")).status == 0)
    #expect(try scratch.bytes("b.png") == scratch.bytes("c.png"))
  }

  @Test func inputsAreLookedForAndTheResultIsNotItsOwn() throws {
    let scratch = try Scratch()
    for folder in ["in", "out"] {
      try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    try Pictures.write(Pictures.pattern(40, 30), scratch.path("in/wall.png"))
    #expect(
      try Command.run([
        "adjust", "-i", scratch.path("in/wall.png"), "--exposure", "1", "-o", scratch.path("out/wall.png"),
      ])
      .status == 0)
    let lost = try Command.run(["rerun", scratch.path("out/wall.png"), "-o", scratch.path("b.png")])
    #expect(lost.status == 66)
    #expect(lost.errors.contains("wall.png") && lost.errors.contains("--inputs"), "\(lost.errors)")
    for flags in [
      ["--inputs", scratch.path("in"), scratch.path("out/wall.png")],
      ["--inputs", scratch.path("in"), "--inputs", scratch.path("none"), scratch.path("out/wall.png")],
      [scratch.path("out/wall.png"), "--inputs", scratch.path("in")],
      [scratch.path("out/wall.png"), "-i", scratch.path("in/wall.png")],
      [scratch.path("out/wall.png"), "--image=\(scratch.path("in/wall.png"))"],
    ] {
      let found = try Command.run(["rerun"] + flags + ["-o", scratch.path("b.png")])
      #expect(found.status == 0, "\(found.errors)")
      #expect(try scratch.bytes("b.png") == scratch.bytes("out/wall.png"))
    }
  }

  @Test func theCommandLineCanBePrinted() throws {
    let scratch = try Scratch()
    #expect(try Command.tiny("generate", "-p", "it's red", "-o", scratch.path("a.png")).status == 0)
    let printed = try Command.run(["rerun", scratch.path("a.png"), "--print", "--steps", "2"])
    #expect(printed.status == 0, "\(printed.errors)")
    #expect(printed.text.hasPrefix("sparsedit generate --model="))
    #expect(printed.text.contains(#"'--prompt=it'\''s red'"#) && printed.text.hasSuffix("--steps 2\n"))
  }

  @Test func picturesWithoutARecipeAreRefused() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(40, 30), scratch.path("a.png"))
    var foreign = Pictures.pattern(40, 30)
    foreign.header.metadata.recipe = "a cat\nSteps: 20"
    try Pictures.write(foreign, scratch.path("b.png"))
    for (name, status, words) in [
      ("a.png", 65, "no recipe"), ("b.png", 65, "another program"), ("c.png", 66, "c.png"),
    ] {
      let result = try Command.run(["rerun", scratch.path(name), "-o", scratch.path("o.png")])
      #expect(result.status == Int32(status))
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    #expect(try Command.run(["rerun", "-o", scratch.path("o.png")]).status == 64)
  }
}
