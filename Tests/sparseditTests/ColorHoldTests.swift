import Foundation
import SparseditKit
import Testing

/// Colours held from one result to the next.
@Suite struct ColorHoldTests {
  private func means(_ path: String) throws -> [Float] {
    let text = try #require(try ColorHold(.picture(InputFile(path))).text)
    return text.dropFirst(4).split(separator: ",").prefix(3).compactMap { Float($0) }
  }

  @Test func aCountedBatchHasTheColoursOfItsFirst() throws {
    let scratch = try Scratch()
    func make(_ name: String, _ flags: [String]) throws -> [Data] {
      let result = try Command.run(
        [
          "generate", "-m", tinyModel, "-p", "x", "-b", "3", "--steps", "2", "-o",
          scratch.path("\(name)-%d.png"),
        ]
          + flags)
      #expect(result.status == 0, "\(result.errors)")
      return try (0..<3).map { try scratch.bytes("\(name)-\($0).png") }
    }
    let (free, held) = (try make("free", []), try make("held", ["--match-color"]))
    #expect(free[0] == held[0] && free[1] != held[1] && free[2] != held[2])
    let first = try means(scratch.path("held-0.png"))
    for index in 1...2 {
      let other = try means(scratch.path("held-\(index).png"))
      #expect(zip(first, other).allSatisfy { abs($0 - $1) < 1 }, "\(first) \(other)")
    }
  }

  /// Versions of a fill: only the mask moves.
  @Test func fillsAreHeldInsideTheMask() throws {
    let scratch = try Scratch()
    let picture = Pictures.pattern(120, 100)
    try Pictures.write(picture, scratch.path("in.png"))
    let mask = Pictures.mask(120, 100)
    try MaskFiles.write(mask, scratch.path("mask.png"))
    func make(_ name: String, _ flags: [String]) throws {
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png"), "-p",
          "x",
          "-o", scratch.path("\(name)-%d.png"), "--count", "2",
        ] + flags)
      #expect(result.status == 0, "\(result.errors)")
    }
    try make("free", [])
    try make("held", ["--match-color"])
    try make("red", ["--color-reference", "lab:50,60,40,5,5,5"])
    #expect(try scratch.bytes("free-0.png") == scratch.bytes("held-0.png"))
    #expect(try scratch.bytes("free-1.png") != scratch.bytes("held-1.png"))
    let red = try Pictures.read(scratch.path("red-0.png"))
    #expect(Pictures.differing(picture, red).allSatisfy { mask.values[$0] > 0 })
    let middle = (50 * 120 + 60) * 3
    #expect(red.bytes[middle] > red.bytes[middle + 1] && red.bytes[middle] > red.bytes[middle + 2])
  }

  /// The other verbs that paint take a reference too.
  @Test(arguments: [
    ["texture", "-p", "stone"], ["texture", "-p", "stone", "-i", "in.png"],
    ["background", "-p", "sky", "-i", "in.png", "--trimap", "mask.png", "--refine", "none"],
  ])
  func everyVerbThatPaintsTakesAReference(command: [String]) throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(96, 80), scratch.path("in.png"))
    try MaskFiles.write(Pictures.mask(96, 80), scratch.path("mask.png"))
    let command = command.map { $0.hasSuffix(".png") ? scratch.path($0) : $0 } + ["-m", tinyModel]
    #expect(try Command.run(command + ["-o", scratch.path("a.png")]).status == 0)
    let held = try Command.run(
      command + ["-o", scratch.path("b.png"), "--color-reference", Repository.path("samples/street.jpg")])
    #expect(held.status == 0, "\(held.errors)")
    #expect(try Pictures.read(scratch.path("a.png")).bytes != Pictures.read(scratch.path("b.png")).bytes)
  }

  @Test func nonsenseIsRefused() throws {
    let scratch = try Scratch()
    for (status, flags) in [
      (64, ["--color-reference", "lab:1,2"]), (64, ["--color-reference", "lab:1,2,3,4,5,-6"]),
      (66, ["--color-reference", scratch.path("none.png")]),
      (64, ["--match-color", "--color-reference", "lab:1,2,3,4,5,6"]),
    ] {
      let result = try Command.run(
        ["generate", "-m", tinyModel, "-p", "x", "-o", scratch.path("a.png")] + flags)
      #expect(result.status == Int32(status), "\(flags) \(result.errors)")
    }
    #expect(
      try Command.run([
        "background", "-i", Repository.path("samples/street.jpg"), "--rectangle", "9,9,90,90",
        "--transparent",
        "-o", scratch.path("a.png"), "--color-reference", "lab:1,2,3,4,5,6",
      ]).status == 64)
  }
}
