import Foundation
import Images
import Testing

@testable import ImageCodecs

/// What a region holds before the first step.
@Suite struct FillTests {
  private static let fills = ["patch", "border", "blur", "neutral", "mirror", "noise", "original"]

  private func scene(_ format: PixelFormat = PixelFormat(.uint8, .rgb)) throws -> (
    scratch: Scratch, flags: [String]
  ) {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(120, 96, format: format), scratch.path("in.png"))
    var mask = Mask(width: 120, height: 96)
    for y in 40..<60 { for x in 50..<78 { mask[x, y] = 1 } }
    try MaskFiles.write(mask, scratch.path("mask.png"))
    return (scratch, ["inpaint", "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png")])
  }

  private func run(_ command: [String], _ output: String) throws -> [UInt8] {
    let result = try Command.run(command + ["-o", output])
    #expect(result.status == 0, "\(result.errors)")
    return try Pictures.read(output).bytes
  }

  @Test(arguments: [[], ["-p", "moss"], ["-p", ""]]) func everyFillMakesAnotherPicture(prompt: [String])
    throws
  {
    let (scratch, flags) = try scene()
    let engine = prompt.isEmpty ? ["--steps", "0"] : ["-m", tinyModel] + prompt
    let results = try Self.fills.map { fill in
      try run(flags + engine + ["--fill", fill], scratch.path("\(fill).png"))
    }
    for (first, picture) in results.enumerated() {
      for second in results.indices where second > first {
        #expect(picture != results[second], "\(Self.fills[first]) and \(Self.fills[second])")
      }
    }
  }

  @Test func noStepNeedsNoModelAndKeepsTheRest() throws {
    let (scratch, flags) = try scene(PixelFormat(.uint16, .rgb))
    let command =
      flags + ["--steps", "0", "-m", scratch.path("none"), "--json", "-o", scratch.path("out.png")]
    let result = try Command.run(command)
    #expect(result.status == 0, "\(result.errors)")
    let report = try result.json()
    #expect(report["max_difference_outside_mask"] as? Double == 0)
    #expect(report["steps"] as? Int == 0 && report["model"] as? String == "none")
    #expect((report["regions"] as? [[String: Any]])?.first?["fill"] as? String == "patch")
    let (before, after) = (
      try Pictures.read(scratch.path("in.png")), try Pictures.read(scratch.path("out.png"))
    )
    #expect(after.format == before.format)
    var changed = 0
    for pixel in 0..<120 * 96 {
      let isInside = (50..<78).contains(pixel % 120) && (40..<60).contains(pixel / 120)
      let bytes = pixel * 6..<pixel * 6 + 6
      if isInside {
        changed += before.bytes[bytes] == after.bytes[bytes] ? 0 : 1
      } else {
        #expect(before.bytes[bytes] == after.bytes[bytes])
      }
    }
    #expect(changed > 400)
  }

  @Test func whatIsInTheHoleDoesNotCount() throws {
    let (scratch, flags) = try scene()
    let first = try run(flags + ["--steps", "0"], scratch.path("a.png"))
    var image = try Pictures.read(scratch.path("in.png"))
    for y in 40..<60 { for x in 50..<78 { image.bytes[(y * 120 + x) * 3] = 255 } }
    try Pictures.write(image, scratch.path("in.png"))
    #expect(try run(flags + ["--steps", "0"], scratch.path("b.png")) == first)
  }

  @Test func whatCannotBeUsedIsRefused() throws {
    let (scratch, flags) = try scene()
    for extra in [["-p", "moss"], ["--save-latents", scratch.path("l.safetensors")]] {
      let result = try Command.run(flags + ["--steps", "0", "-o", scratch.path("out.png")] + extra)
      #expect(result.status == 64 && result.errors.contains("no model is asked"))
    }
    let generated = try Command.tiny("generate", "-p", "x", "--steps", "0", "-o", scratch.path("out.png"))
    #expect(generated.status == 64 && generated.errors.contains("--steps must be 1 to 1000"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.png")))
  }
}
