import Foundation
import Images
import Testing

@testable import SparseditKit

/// Many edits in one process.
@Suite struct BatchTests {
  private func manifest(_ scratch: Scratch, _ lines: [[String: Any]], name: String = "jobs.jsonl") throws
    -> String
  {
    let text = try lines.map {
      String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
    }.joined(separator: "\n")
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: scratch.path(name)))
    return scratch.path(name)
  }

  private func lines(_ result: Command.Result) throws -> [[String: Any]] {
    try result.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func batch(_ scratch: Scratch, _ flags: [String], _ command: [String] = []) throws -> Command.Result
  {
    try Command.run(["batch", "--json"] + flags + command)
  }

  /// A folder of pictures with masks of the same base names.
  private func folders(_ scratch: Scratch, _ names: [String]) throws {
    for folder in ["in", "masks"] {
      try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    for (index, name) in names.enumerated() {
      let picture = Pictures.pattern(80 + 16 * index, 72)
      try Pictures.write(picture, scratch.path("in/\(name)"))
      let base = name.prefix { $0 != "." }
      try MaskFiles.write(Pictures.mask(picture.width, picture.height), scratch.path("masks/\(base).png"))
    }
  }

  @Test func anItemIsWhatTheCommandMakesByItself() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png"])
    let path = try manifest(
      scratch,
      [
        [
          "verb": "inpaint", "model": tinyModel, "image": scratch.path("in/a.png"),
          "mask": scratch.path("masks/a.png"), "prompt": "-moss= \"x\"", "seed": 7, "strength": 0.75,
          "invert-mask": true, "whole-picture": false, "context": NSNull(),
          "output": scratch.path("batch.png"),
        ],
        [
          "verb": "generate", "model": tinyModel, "prompt": "stone", "output": scratch.path("g.png"),
          "steps": 2,
        ],
        [
          "verb": "adjust", "image": scratch.path("in/a.png"), "exposure": -0.5,
          "output": scratch.path("j.png"),
        ],
        [
          "verb": "mask", "size": "40x30", "add": ["rectangle:1,2,10,10", "ellipse:20,20,5,5"],
          "output": scratch.path("m.png"),
        ],
      ])
    let result = try batch(scratch, ["--manifest", path])
    #expect(result.status == 0, "\(result.errors)")
    let items = try lines(result)
    #expect(items.map { $0["status"] as? String } == ["done", "done", "done", "done"])
    #expect(items.map { $0["item"] as? Int } == [1, 2, 3, 4])
    let report = try #require((items[0]["reports"] as? [[String: Any]])?.first)
    #expect(report["max_difference_outside_mask"] as? Double == 0 && report["seed"] as? Int == 7)

    let alone = try Command.tiny(
      "inpaint", "-i", scratch.path("in/a.png"), "--mask", scratch.path("masks/a.png"),
      "--prompt=-moss= \"x\"",
      "-s", "7", "--strength", "0.75", "--invert-mask", "-o", scratch.path("alone.png"))
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(try scratch.bytes("alone.png") == scratch.bytes("batch.png"))
    #expect(
      try Command.run([
        "mask", "--size", "40x30", "--add", "rectangle:1,2,10,10", "--add", "ellipse:20,20,5,5", "-o",
        scratch.path("m2.png"),
      ]).status == 0)
    #expect(try scratch.bytes("m.png") == scratch.bytes("m2.png"))
    // The model is loaded for the first item alone: the second's report has the same figure.
    let loads = items.prefix(2).compactMap { item in
      ((item["reports"] as? [[String: Any]])?.first?["seconds"] as? [String: Double])?["load"]
    }
    #expect(loads.count == 2 && loads[0] == loads[1])
  }

  @Test func foldersGoTogetherByName() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png", "b.tif", "c.png"])
    try FileManager.default.removeItem(atPath: scratch.path("masks/c.png"))
    try Data("note".utf8).write(to: URL(fileURLWithPath: scratch.path("in/readme.txt")))
    let flags = [
      "--input-folder", scratch.path("in"), "--mask-folder", scratch.path("masks"), "--output-folder",
      scratch.path("out"),
    ]
    let result = try batch(scratch, flags, ["inpaint", "-m", tinyModel, "-p", "moss", "--steps", "1"])
    #expect(result.status == 1)
    let items = try lines(result)
    #expect(items.map { $0["name"] as? String } == ["a.png", "b.tif", "c.png"])
    #expect(items.map { $0["status"] as? String } == ["done", "done", "failed"])
    #expect((items[2]["error"] as? String)?.contains("no mask called c") == true)
    #expect(items[2]["exit_status"] as? Int == 66)
    let out = try FileManager.default.contentsOfDirectory(atPath: scratch.path("out")).sorted()
    #expect(out == ["a.png", "b.tif", "batch.journal.jsonl"])
    for (input, output) in [("in/a.png", "out/a.png"), ("in/b.tif", "out/b.tif")] {
      let (before, after) = (try Pictures.read(scratch.path(input)), try Pictures.read(scratch.path(output)))
      let mask = Pictures.mask(before.width, before.height)
      let changed = Pictures.differing(before, after)
      #expect(!changed.isEmpty && changed.allSatisfy { mask.values[$0] > 0 })
    }

    let others = ["--journal", scratch.path("j.jsonl"), "--format", "jpg"]
    let graded = try batch(
      scratch, ["--input-folder", scratch.path("in"), "--output-folder", scratch.path("jpg")] + others,
      ["adjust", "--exposure", "1"])
    #expect(graded.status == 0, "\(graded.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path("jpg")).sorted() == [
        "a.jpg", "b.jpg", "c.jpg",
      ])
    #expect(FileManager.default.fileExists(atPath: scratch.path("j.jsonl")))
  }

  @Test func aFinishedItemIsNotDoneTwice() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png", "b.png", "c.png"])
    let flags = ["--input-folder", scratch.path("in"), "--output-folder", scratch.path("out")]
    func run(_ extra: [String] = [], exposure: String = "1") throws -> [String?] {
      try lines(batch(scratch, flags + extra, ["adjust", "--exposure", exposure])).map {
        $0["status"] as? String
      }
    }
    #expect(try run() == ["done", "done", "done"])
    let first = try scratch.bytes("out/b.png")
    #expect(try run() == ["skipped", "skipped", "skipped"])
    // An output that went away, an input that changed, other flags: each is done again, the rest is not.
    try FileManager.default.removeItem(atPath: scratch.path("out/b.png"))
    #expect(try run() == ["skipped", "done", "skipped"])
    #expect(try scratch.bytes("out/b.png") == first)
    try Pictures.write(Pictures.pattern(50, 40), scratch.path("in/c.png"))
    #expect(try run() == ["skipped", "skipped", "done"])
    #expect(try run(exposure: "2") == ["done", "done", "done"])
    #expect(try run(["--redo"], exposure: "2") == ["done", "done", "done"])
  }

  /// A journal that a crash cut short in the middle of a line.
  @Test func aTornJournalIsReadAsFarAsItIsWhole() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png", "b.png"])
    let flags = ["--input-folder", scratch.path("in"), "--output-folder", scratch.path("out")]
    func run() throws -> [String?] {
      try lines(batch(scratch, flags, ["adjust", "--exposure", "1"])).map { $0["status"] as? String }
    }
    #expect(try run() == ["done", "done"])
    let journal = try scratch.bytes("out/batch.journal.jsonl")
    try journal.prefix(journal.count - 40).write(
      to: URL(fileURLWithPath: scratch.path("out/batch.journal.jsonl")))
    #expect(try run() == ["skipped", "done"])
    #expect(try run() == ["skipped", "skipped"])
  }

  /// Killed between and within items, a batch ends with the pictures of one that was left alone.
  @Test func aKilledBatchGoesOn() throws {
    let scratch = try Scratch()
    func path(_ folder: String) throws -> String {
      try FileManager.default.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
      return try manifest(
        scratch,
        (0..<6).map {
          ["prompt": "stone \($0)", "output": scratch.path("\(folder)/\($0).png"), "steps": 30]
        },
        name: "\(folder).jsonl")
    }
    let command = ["generate", "-m", tinyModel, "-W", "128", "-H", "128"]
    #expect(try batch(scratch, ["--manifest", path("whole")], command).status == 0)
    let killed = try path("killed")
    for delay in [0.15, 0.3, 0.45] {
      _ = try Command.run(["batch", "--manifest", killed] + command, killAfter: delay)
    }
    let last = try batch(scratch, ["--manifest", killed], command)
    #expect(last.status == 0, "\(last.errors)")
    for index in 0..<6 {
      #expect(try scratch.bytes("killed/\(index).png") == scratch.bytes("whole/\(index).png"))
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path("killed"))
    #expect(left.filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }.count == 6)
  }

  @Test func anInterruptEndsTheBatchAfterWhatIsDone() throws {
    let scratch = try Scratch()
    let path = try manifest(
      scratch,
      (0..<50).map { ["prompt": "stone \($0)", "output": scratch.path("\($0).png"), "steps": 200] })
    let result = try Command.run(
      ["batch", "--manifest", path, "generate", "-m", tinyModel, "-W", "128", "-H", "128"],
      interruptAfter: 1)
    #expect(result.status == 130, "\(result.errors)")
    #expect(result.errors.contains("goes on with the rest"))
    #expect(try scratch.names.allSatisfy { $0.hasSuffix(".png") || $0.hasPrefix("jobs.jsonl") })
  }

  @Test func failuresAreReportedAndPassedOver() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png"])
    let good: [String: Any] = [
      "verb": "adjust", "image": scratch.path("in/a.png"), "exposure": 1, "output": scratch.path("1.png"),
    ]
    func with(_ changes: [String: Any]) -> [String: Any] { good.merging(changes) { $1 } }
    let path = try manifest(
      scratch,
      [
        good, with(["image": scratch.path("none.png"), "output": scratch.path("2.png")]),
        with(["exposure": "much", "output": scratch.path("3.png")]), with(["verb": "inspect"]),
        with(["verb": "paint"]), with([:]), with(["e": 1, "output": scratch.path("7.png")]),
        with(["output": scratch.path("8.png")]),
      ])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try ("this is no object\n\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
    let result = try batch(scratch, ["--manifest", path])
    #expect(result.status == 1)
    let items = try lines(result)
    #expect(
      items.map { $0["exit_status"] as? Int } == [65, 0, 66, 64, 64, 64, 64, 65, 0], "\(result.text)")
    #expect((items[0]["error"] as? String)?.contains("line 1") == true)
    #expect((items[6]["error"] as? String)?.contains("writes the same file") == true)
    #expect(result.errors.contains("7 of 9 items failed"))
    #expect(FileManager.default.fileExists(atPath: scratch.path("8.png")))
  }

  /// The last of a list would win without a word where a flag takes one value.
  @Test func aListIsChannelsOrRefused() throws {
    let scratch = try Scratch()
    try folders(scratch, ["a.png"])
    let picture = scratch.path("in/a.png")
    let path = try manifest(
      scratch,
      [
        ["verb": "adjust", "image": picture, "gain": [1.5, 1, 1], "output": scratch.path("list.png")],
        ["verb": "adjust", "image": picture, "gain": "1.5,1,1", "output": scratch.path("text.png")],
        [
          "verb": "adjust", "image": picture, "exposure": 1, "mask": [picture, scratch.path("masks/a.png")],
          "output": scratch.path("two.png"),
        ],
      ])
    let result = try batch(scratch, ["--manifest", path])
    #expect(result.status != 0)
    let items = try lines(result)
    #expect(items.map { $0["status"] as? String } == ["done", "done", "failed"])
    #expect((items[2]["error"] as? String)?.contains("one value for \"mask\"") == true, "\(result.text)")
    let (list, text) = (
      try Pictures.read(scratch.path("list.png")), try Pictures.read(scratch.path("text.png"))
    )
    #expect(list.bytes == text.bytes)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("two.png")))
    #expect(try ProgramFlags.repeating() == ["lora", "region", "add", "intersect", "subtract", "difference"])
  }

  @Test func shardsDivideTheItemsAmongThem() throws {
    let scratch = try Scratch()
    let path = try manifest(
      scratch, (0..<24).map { ["size": "8x8", "add": "rectangle:\($0),0,4,4"] })
    func run(_ shard: String) throws -> [String] {
      let result = try batch(
        scratch, ["--manifest", path, "--output-folder", scratch.path("out"), "--shard", shard], ["mask"])
      #expect(result.status == 0, "\(result.errors)")
      return try lines(result).filter { $0["status"] as? String == "done" }.compactMap {
        $0["name"] as? String
      }
    }
    let parts = try ["1/3", "2/3", "3/3"].map(run)
    #expect(parts.allSatisfy { !$0.isEmpty })
    #expect(Set(parts.joined()).count == 24 && parts.joined().count == 24)
    // Divided otherwise, what is done stays done.
    #expect(try run("1/2").isEmpty && run("1/1").isEmpty)
    for bad in ["0/3", "4/3", "3", "a/b", "1/0"] {
      #expect(try batch(scratch, ["--manifest", path, "--shard", bad], ["mask"]).status == 64)
    }
  }

  @Test func coloursAreHeldToTheFirstAlsoAfterwards() throws {
    let scratch = try Scratch()
    let path = try manifest(
      scratch, (0..<3).map { ["prompt": "stone", "seed": $0 + 1, "output": scratch.path("\($0).png")] })
    let command = ["generate", "-m", tinyModel]
    func run(_ flags: [String], _ more: String...) throws -> [Data] {
      let result = try batch(scratch, ["--manifest", path] + flags, command + more)
      #expect(result.status == 0, "\(result.errors)")
      return try (0..<3).map { try scratch.bytes("\($0).png") }
    }
    let free = try run([])
    let held = try run(["--match-color"])
    #expect(held[0] == free[0] && held[1] != free[1] && held[2] != free[2])
    let colors = try (0..<3).map {
      try #require(ColorHold(.picture(InputFile(scratch.path("\($0).png")))).text)
    }
    let means = colors.map { $0.dropFirst(4).split(separator: ",").prefix(3).compactMap { Float($0) } }
    for other in means[1...] {
      // Rounding to 8 bits and clipping at the gamut's border are all that is left.
      #expect(zip(other, means[0]).allSatisfy { abs($0 - $1) < 1 })
    }
    // A run that goes on knows the first item's colours without doing it again.
    try FileManager.default.removeItem(atPath: scratch.path("2.png"))
    #expect(try run(["--match-color"]) == held)
    // The reference is an input, and here the first item's output too.
    #expect(try run(["--color-reference", scratch.path("0.png")], "--overwrite")[1] != free[1])
    #expect(
      try batch(scratch, ["--manifest", path, "--match-color", "--shard", "1/2"], command).status == 64)
  }

  @Test func contactSheetsShowTheResults() throws {
    let scratch = try Scratch()
    let path = try manifest(scratch, (0..<66).map { ["size": "\(20 + $0)x30", "add": "rectangle:0,0,9,9"] })
    let result = try batch(
      scratch,
      [
        "--manifest", path, "--output-folder", scratch.path("out"), "--contact-sheet",
        scratch.path("sheet.png"),
      ], ["mask"])
    #expect(result.status == 0, "\(result.errors)")
    let sheet = try Pictures.read(scratch.path("sheet.png"))
    #expect(sheet.width == 8 * 264 + 8 && sheet.height == 8 * 264 + 8)
    let second = try Pictures.read(scratch.path("sheet-002.png"))
    #expect(second.width == 2 * 264 + 8 && second.height == 264 + 8)
    // Masks are black and white; the sheet around them is grey.
    #expect(Set(sheet.bytes).isSuperset(of: [0, 255, 128]))
  }

  @Test func usageIsChecked() throws {
    let scratch = try Scratch()
    let path = try manifest(scratch, [["size": "8x8", "output": scratch.path("m.png")]])
    for flags in [
      [], ["--manifest", path, "--input-folder", scratch.path("in")], ["--input-folder", scratch.path("in")],
      ["--manifest", path, "--mask-folder", scratch.path("in")], ["--manifest", path, "--format", "png"],
      ["--manifest", path, "--match-color", "--color-reference", "lab:1,2,3,4,5,6"],
      ["--manifest", path, "--color-reference", "lab:1,2,3"], ["--manifest", "-"],
      ["--manifest", path, "--unknown"],
    ] {
      #expect(try batch(scratch, flags).status == 64, "\(flags)")
    }
    #expect(try batch(scratch, ["--manifest", scratch.path("none.jsonl")], ["mask"]).status == 66)
    #expect(
      try batch(
        scratch, ["--input-folder", scratch.path("none"), "--output-folder", scratch.path("o")], ["mask"]
      ).status == 66)
  }
}
