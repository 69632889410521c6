import Foundation
import Images
import Testing

/// Runs that are broken off, and what goes on from them.
@Suite struct UpscaleResumeTests {
  /// Some seconds of work in many rows of windows.
  private func arguments(_ scratch: Scratch, _ output: String) -> [String] {
    [
      "upscale", "-m", tinyModel, "-i", scratch.path("in.png"), "-o", scratch.path(output), "--scale", "4",
      "--refine", "0.35",
      "--steps", "60", "--window", "64", "--overlap", "32", "-t", "1",
    ]
  }

  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try Pictures.write(
      Pictures.smooth(100, 80, format: PixelFormat(.uint8, .rgb, alpha: .straight)), scratch.path("in.png"))
    return scratch
  }

  /// Runs the job and signals it some seconds after it has recorded more than `share` of its steps.
  private func signal(
    _ scratch: Scratch, _ extra: [String], _ number: Int32, beyond share: Double, after delay: Double = 0
  ) throws -> Command.Result {
    try Command.run(
      arguments(scratch, "out.png") + extra,
      signal: (number, delay, { Self.recorded(scratch.path("out.png.state")) > share }))
  }

  /// Steps that a state has recorded, parts of one as a thousandth for each row of windows; -1 without a state.
  private static func recorded(_ path: String) -> Double {
    guard let handle = FileHandle(forReadingAtPath: path), let head = try? handle.read(upToCount: 12_288),
      head.count == 12_288
    else { return -1 }
    try? handle.close()
    func number(_ offset: Int) -> Int {
      (0..<8).reversed().reduce(0) { $0 << 8 | Int(head[offset + $1]) }
    }
    // The job fits the first page; the two after it hold a count, rows encoded, steps, rows of windows and more.
    let newer = number(4096) > number(8192) ? 4096 : 8192
    return Double(number(newer + 16)) + Double(number(newer + 24)) / 1000
  }

  @Test(arguments: ["euler", "unipc"]) func killedAndTakenUpItEndsWithTheSameBytes(sampler: String) throws {
    let scratch = try scratch()
    let whole = try Command.run(arguments(scratch, "whole.png") + ["--sampler", sampler])
    #expect(whole.status == 0, "\(whole.errors)")
    var kills = 0
    var finished: Command.Result?
    for (beyond, delay) in [(-1.0, 0.02), (0.0, 0.1), (9.0, 0.3), (17.0, 0.0), (30.0, 0.05)] {
      let killed = try signal(
        scratch, ["--resume", "--json", "--sampler", sampler], SIGKILL, beyond: beyond, after: delay)
      if killed.status == 0 {
        finished = killed
        break
      }
      kills += beyond >= 0 ? 1 : 0
      #expect(killed.status == SIGKILL)
      #expect(!FileManager.default.fileExists(atPath: scratch.path("out.png")))
    }
    #expect(kills > 0)
    var last =
      try finished
      ?? Command.run(arguments(scratch, "out.png") + ["--resume", "--json", "--sampler", sampler])
    #expect(last.status == 0, "\(last.errors)")
    #expect(try scratch.bytes("out.png") == scratch.bytes("whole.png"))
    // It went on, it did not begin anew.
    #expect((try last.json()["resumed_at"] as? Double ?? 0) > 0)
    #expect(try scratch.names.filter { !$0.hasPrefix(".") } == ["in.png", "out.png", "whole.png"])
    last = try Command.run(arguments(scratch, "out.png") + ["--resume", "--steps", "1", "--json"])
    #expect(try last.json()["resumed_at"] == nil)
  }

  @Test func anInterruptKeepsTheStateAndSaysSo() throws {
    let scratch = try scratch()
    let stopped = try signal(scratch, [], SIGINT, beyond: 0)
    #expect(stopped.status == 130)
    #expect(stopped.errors.contains("out.png.state"))
    #expect(stopped.errors.contains("--resume"))
    #expect(try scratch.names == ["in.png", "out.png.state"])

    // Another job's state is refused, and says in what it differs.
    let other = try Command.run(
      arguments(scratch, "out.png") + ["--resume", "--seed", "8", "--strength", "0.5"])
    #expect(other.status == 65)
    #expect(other.errors.contains("seed") && other.errors.contains("refine"), "\(other.errors)")
    #expect(!other.errors.contains("prompt"))
    #expect(try scratch.names == ["in.png", "out.png.state"])
    // Without --resume it is replaced, and that is said.
    let anew = try Command.run(arguments(scratch, "out.png") + ["--steps", "1"])
    #expect(anew.status == 0)
    #expect(anew.errors.contains("was replaced"))
    #expect(try scratch.names == ["in.png", "out.png"])
  }

  @Test func aChangedPictureIsAnotherJob() throws {
    let scratch = try scratch()
    _ = try signal(scratch, [], SIGINT, beyond: 0)
    try Pictures.write(
      Pictures.pattern(100, 80, format: PixelFormat(.uint8, .rgb, alpha: .straight)), scratch.path("in.png"))
    let other = try Command.run(arguments(scratch, "out.png") + ["--resume"])
    #expect(other.status == 65)
    #expect(other.errors.contains("image"))
  }

  @Test func aDamagedStateIsRefused() throws {
    let scratch = try scratch()
    _ = try signal(scratch, [], SIGINT, beyond: 0)
    let state = try scratch.bytes("out.png.state")
    for damaged in [Data(), Data("no state".utf8), state.prefix(30), state.prefix(5000)] {
      try damaged.write(to: scratch.url.appending(path: "out.png.state"))
      let result = try Command.run(arguments(scratch, "out.png") + ["--resume"])
      #expect(result.status == 65, "\(result.errors)")
      #expect(result.errors.contains("out.png.state"))
    }
    // One whose planes are cut off is found when they are read.
    try state.prefix(20_000).write(to: scratch.url.appending(path: "out.png.state"))
    #expect(try Command.run(arguments(scratch, "out.png") + ["--resume"]).status == 65)
  }
}
