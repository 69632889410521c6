import Foundation
import TestSupport
import Testing

enum BatchFlags {
  static let cases = [
    onItems("--manifest") { bench in
      #expect(try bench.run([]).status == 64)
      let done = try bench.run(["--manifest", bench.manifest])
      #expect(done.status == 0 && bench.exists("out/a.png") && bench.exists("out/b.png"), "\(done.errors)")
    },
    onItems("--input-folder") { bench throws in
      #expect(try bench.run(["--output-folder", bench.path("graded")], bench.adjust).status == 64)
      #expect(try bench.folder([]).status == 0)
      #expect(bench.exists("graded/a.png") && bench.exists("graded/b.png"))
    },
    onItems("--output-folder") { bench throws in
      #expect(try bench.folder([], to: "elsewhere").status == 0)
      #expect(bench.exists("elsewhere/a.png") && !bench.exists("graded"))
    },
    onItems("--mask-folder") { bench in
      #expect(try bench.folder([]).status == 0)
      let whole = try bench.pixels("graded/a.png")
      #expect(try bench.folder(["--mask-folder", bench.path("masks"), "--redo"]).status == 0)
      #expect(try bench.pixels("graded/a.png") != whole)
    },
    onItems("--format") { bench throws in
      #expect(try bench.folder(["--format", "jpg"]).status == 0)
      #expect(bench.exists("graded/a.jpg") && !bench.exists("graded/a.png"))
    },
    onItems("--shard") { bench in
      let counts = try ["1/2", "2/2"].map { shard in
        try bench.lines(bench.run(["--manifest", bench.manifest, "--shard", shard, "--json"])).count
      }
      #expect(counts.reduce(0, +) == 2 && counts != [2, 2])
    },
    onItems("--journal") { bench throws in
      #expect(try bench.run(["--manifest", bench.manifest, "--journal", bench.path("j.jsonl")]).status == 0)
      #expect(bench.exists("j.jsonl") && !bench.exists("jobs.jsonl.journal.jsonl"))
    },
    onItems("--redo") { bench throws in
      func statuses(_ flags: [String]) throws -> [String?] {
        try bench.lines(bench.run(["--manifest", bench.manifest, "--json"] + flags)).map {
          $0["status"] as? String
        }
      }
      #expect(try statuses([]) == ["done", "done"] && statuses([]) == ["skipped", "skipped"])
      #expect(try statuses(["--redo"]) == ["done", "done"])
    },
    onItems("--match-color") { bench in try bench.holds(["--match-color"], first: false) },
    onItems("--color-reference") { bench in
      try bench.holds(["--color-reference", "lab:60,5,-5,10,3,3"], first: true)
    },
    onItems("--contact-sheet") { bench in
      let done = try bench.run(["--manifest", bench.manifest, "--contact-sheet", bench.path("sheet.png")])
      #expect(done.status == 0 && bench.exists("sheet.png"), "\(done.errors)")
    },
    onItems("--json") { bench throws in
      #expect(try bench.run(["--manifest", bench.manifest]).text.isEmpty)
      #expect(try bench.lines(bench.run(["--manifest", bench.manifest, "--json"])).count == 2)
    },
    onItems("--quiet") { bench throws in
      #expect(try !bench.run(["--manifest", bench.manifest]).errors.isEmpty)
      #expect(try bench.run(["--manifest", bench.manifest, "--redo", "--quiet"]).errors.isEmpty)
    },
    onItems("--verbose") { bench throws in
      #expect(try !bench.run(["--manifest", bench.manifest]).errors.contains("denoising"))
      #expect(
        try bench.run(["--manifest", bench.manifest, "--redo", "--verbose"]).errors.contains("denoising"))
    },
  ]

  private static func onItems(
    _ flag: String, _ check: @escaping @Sendable (BatchBench) throws -> Void
  ) -> FlagCase {
    FlagCase(verb: "batch", flag: flag) { try check(BatchBench()) }
  }
}

/// A folder with two pictures, their masks, and a manifest of two new pictures.
private struct BatchBench {
  private let scratch: Scratch
  let adjust = ["adjust", "--exposure", "1"]

  init() throws {
    scratch = try Scratch()
    for folder in ["in", "masks", "out"] {
      try FileManager.default.createDirectory(atPath: path(folder), withIntermediateDirectories: true)
    }
    for name in ["a.png", "b.png"] {
      try FileManager.default.copyItem(atPath: Fixtures.shared.other, toPath: path("in/\(name)"))
      try FileManager.default.copyItem(atPath: Fixtures.shared.mask, toPath: path("masks/\(name)"))
    }
    let lines = [("a", 1), ("b", 2)].map { name, seed in
      """
      {"verb": "generate", "model": "\(TinyModel.directory)", "prompt": "moss", "steps": 1, "seed": \(seed), \
      "output": "\(path("out/\(name).png"))"}
      """
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: manifest))
  }

  var manifest: String { path("jobs.jsonl") }

  func path(_ name: String) -> String { scratch.path(name) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func pixels(_ name: String) throws -> [UInt8] { try Pictures.read(path(name)).bytes }

  func run(_ flags: [String], _ command: [String] = []) throws -> Command.Result {
    try Command.run(["batch"] + flags + command)
  }

  /// Grades the pictures of the folder.
  func folder(_ flags: [String], to output: String = "graded") throws -> Command.Result {
    try run(["--input-folder", path("in"), "--output-folder", path(output)] + flags, adjust)
  }

  func lines(_ result: Command.Result) throws -> [[String: Any]] {
    try result.text.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// Checks that a flag moves the colours of the second picture, and of the first as is said.
  func holds(_ flags: [String], first moves: Bool) throws {
    #expect(try run(["--manifest", manifest]).status == 0)
    let before = [try pixels("out/a.png"), try pixels("out/b.png")]
    let held = try run(["--manifest", manifest, "--redo"] + flags)
    #expect(held.status == 0, "\(held.errors)")
    #expect(try (pixels("out/a.png") != before[0]) == moves)
    #expect(try pixels("out/b.png") != before[1])
  }
}
