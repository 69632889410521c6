import Foundation
import Testing

@Suite struct GenerateTests {
  @Test func makesThePictureThatWasAskedFor() throws {
    let scratch = try Scratch()
    let out = scratch.path("a.png")
    let result = try Command.tiny(
      "generate", "-p", "stone", "-W", "96", "-H", "48", "-o", out, "--steps", "2", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let picture = try Pictures.read(out)
    #expect(picture.width == 96 && picture.height == 48)
    let report = try result.json()
    #expect(report["width"] as? Int == 96 && report["height"] as? Int == 48)
    #expect(report["steps"] as? Int == 2 && report["seed"] as? Int == 42)
    #expect(report["output"] as? String == out)
    #expect(report["seam_ratio"] is NSNull && report["max_difference_outside_mask"] is NSNull)
    let seconds = try #require(report["seconds"] as? [String: Double])
    #expect(
      Set(seconds.keys) == [
        "load", "encode_prompt", "encode_image", "denoise", "decode", "finish", "total",
      ])
    #expect((report["peak_memory_bytes"] as? Int ?? 0) > 1 << 20)
  }

  @Test func leavesTheSizeToTheModel() throws {
    let scratch = try Scratch()
    #expect(try Command.tiny("generate", "-p", "x", "-o", scratch.path("a.png")).status == 0)
    let picture = try Pictures.read(scratch.path("a.png"))
    #expect(picture.width == 64 && picture.height == 64)
  }

  /// Each of these settings must reach the picture.
  @Test(arguments: [
    ["--seed", "8"], ["--prompt", "brick"], ["--steps", "3"], ["--cfg-scale", "5"],
    ["--guidance-scale", "1"],
    ["--negative-prompt", "grey"], ["--sampler", "lcm"], ["--sampling-method", "unipc"],
    ["--flow-shift", "1"],
    ["--window", "64"], ["--compute", "bf16"], ["--compute", "int8"],
    ["--guidance-rescale", "0.7"], ["--window", "64", "--overlap", "48"],
  ])
  func settingChangesThePicture(flags: [String]) throws {
    let scratch = try Scratch()
    func make(_ name: String, _ flags: [String]) throws -> [UInt8] {
      var arguments = ["-W", "128", "-H", "80", "-o", scratch.path(name), "--steps", "2"] + flags
      if !flags.contains("--prompt") { arguments += ["--prompt", "stone"] }
      let result = try Command.run(["generate", "-m", tinyModel] + arguments)
      #expect(result.status == 0, "\(result.errors)")
      return try Pictures.read(scratch.path(name)).bytes
    }
    // The two window tests differ by the overlap alone.
    let base = flags.contains("--overlap") ? ["--window", "64"] : []
    #expect(try make("a.png", base) != make("b.png", flags))
  }

  @Test func theSameCommandGivesTheSameBytes() throws {
    let scratch = try Scratch()
    func make(_ name: String, _ extra: [String] = [], _ environment: [String: String] = [:]) throws -> Data {
      let result = try Command.run(
        ["generate", "-m", tinyModel, "-p", "stone wall", "-o", scratch.path(name)] + extra,
        environment: environment)
      #expect(result.status == 0, "\(result.errors)")
      return try scratch.bytes(name)
    }
    let first = try make("a.png")
    #expect(try make("b.png") == first)
    #expect(try make("c.png", ["-t", "1"]) == first)
    #expect(try make("d.png", ["-t", "2"]) == first)
    #expect(try make("e.png", ["-t", "3"]) == first)
    #expect(try make("f.png", [], ["OPENBLAS_CORETYPE": "Haswell"]) == first)
  }

  @Test func numbersABatch() throws {
    let scratch = try Scratch()
    let result = try Command.tiny(
      "generate", "-p", "x", "-o", scratch.path("p-%02d.png"), "-b", "3", "--steps", "1", "--seed", "5")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.names == ["p-00.png", "p-01.png", "p-02.png"])
    let single = try Command.tiny(
      "generate", "-p", "x", "-o", scratch.path("one.png"), "--steps", "1", "--seed", "6")
    #expect(single.status == 0)
    #expect(try Pictures.read(scratch.path("one.png")).bytes == Pictures.read(scratch.path("p-01.png")).bytes)
  }

  @Test func aNegativeSeedIsDrawnAndSaid() throws {
    let scratch = try Scratch()
    func seed() throws -> Int {
      let result = try Command.tiny(
        "generate", "-p", "x", "-o", scratch.path("a.png"), "--steps", "1", "-s", "-1", "--json")
      let seed = try #require(try result.json()["seed"] as? Int)
      #expect(result.errors.contains("seed \(seed)"))
      return seed
    }
    #expect(try seed() != seed())
  }

  @Test func theRecipeIsInThePictureUnlessNotWanted() throws {
    let scratch = try Scratch()
    #expect(
      try Command.tiny("generate", "-p", "red brick", "-n", "blue", "-o", scratch.path("a.png")).status == 0)
    let recipe = try #require(try Pictures.read(scratch.path("a.png")).header.metadata.recipe)
    #expect(
      recipe.hasPrefix("red brick\nNegative prompt: blue\nSteps: 4, Sampler: euler, CFG scale: 3.0, Seed: 42")
    )
    #expect(
      try Command.tiny("generate", "-p", "red", "-o", scratch.path("b.png"), "--no-metadata").status == 0)
    #expect(try Pictures.read(scratch.path("b.png")).header.metadata.recipe == nil)
  }

  @Test func promptFilesAreRead() throws {
    let scratch = try Scratch()
    try Data("red brick\n".utf8).write(to: URL(fileURLWithPath: scratch.path("p.txt")))
    #expect(
      try Command.tiny("generate", "--prompt-file", scratch.path("p.txt"), "-o", scratch.path("a.png")).status
        == 0)
    #expect(try Command.tiny("generate", "-p", "red brick", "-o", scratch.path("b.png")).status == 0)
    #expect(try scratch.bytes("a.png") == scratch.bytes("b.png"))
  }

  @Test func longPromptsCountToTheLastWord() throws {
    let scratch = try Scratch()
    let words = (0..<180).map { ["grey", "stone", "wall", "moss"][$0 % 4] }.joined(separator: " ")
    for (name, last) in [("a.png", "red"), ("b.png", "blue")] {
      #expect(
        try Command.tiny("generate", "-p", "\(words) \(last)", "-o", scratch.path(name), "--steps", "1")
          .status == 0)
    }
    #expect(try Pictures.read(scratch.path("a.png")).bytes != Pictures.read(scratch.path("b.png")).bytes)
  }

  @Test func writesAPreviewOfTheSizeOfThePicture() throws {
    let scratch = try Scratch()
    #expect(
      try Command.tiny(
        "generate", "-p", "x", "-o", scratch.path("a.png"), "--preview", scratch.path("preview.png")
      ).status == 0)
    #expect(
      try Pictures.read(scratch.path("preview.png")).bytes == Pictures.read(scratch.path("a.png")).bytes)
  }
}
