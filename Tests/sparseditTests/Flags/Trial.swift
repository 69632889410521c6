import Foundation
import Images
import Edits
import Synchronization
import Testing

/// What a command line gave, and the folder it wrote into.
final class Trial: Sendable {
  let result: Command.Result
  private let scratch: Scratch

  fileprivate init(_ result: Command.Result, _ scratch: Scratch) {
    self.result = result
    self.scratch = scratch
  }

  var status: Int32 { result.status }
  var errors: String { result.errors }
  var text: String { result.text }

  /// The report that `--json` prints; fails the test where there is none.
  func report(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    try #require(result.status == 0, "\(result.errors)", sourceLocation: location)
    return try result.json()
  }

  func picture(_ name: String = "out.png") throws -> Image {
    try #require(result.status == 0, "\(result.errors)")
    return try Pictures.read(scratch.path(name))
  }

  func pixels(_ name: String = "out.png") throws -> [UInt8] { try picture(name).bytes }

  func bytes(_ name: String) throws -> Data { try scratch.bytes(name) }

  func path(_ name: String) -> String { scratch.path(name) }

  /// Everything in the folder, the inputs that were put there included.
  var names: [String] { get throws { try scratch.names } }

  /// The recipe in the picture, if there is one.
  func recipe(_ name: String = "out.png") throws -> [String: String]? {
    try picture(name).header.metadata.recipe.map { try Recipe(parameters: $0).texts() }
  }
}

/// A command line that the cases of a verb vary.
struct Stand: Sendable {
  let verb: String
  /// Flags with their values.
  private var flags: [[String]]
  /// Fixtures that are put into the folder first, by the name they get there.
  private var files: [(name: String, fixture: String)] = []

  /// - Parameter flags: `OUT/` in a value stands for the folder of the run.
  init(_ verb: String, _ flags: [String]...) {
    self.verb = verb
    self.flags = flags
  }

  /// With these flags, in place of any of the same names.
  func with(_ more: [String]...) -> Stand {
    var stand = without(more.map { $0[0] })
    stand.flags += more
    return stand
  }

  func without(_ names: String...) -> Stand { without(names) }

  private func without(_ names: [String]) -> Stand {
    var stand = self
    stand.flags.removeAll { names.contains($0[0]) }
    return stand
  }

  /// With a copy of a fixture in the folder of the run.
  func having(_ name: String, _ fixture: String) -> Stand {
    var stand = self
    stand.files.append((name, fixture))
    return stand
  }

  /// A case of one flag: `check` gets what comes without and with it.
  func flag(
    _ words: String..., check: @escaping @Sendable (_ without: Trial, _ with: Trial) throws -> Void
  ) -> FlagCase {
    FlagCase(verb: verb, flag: words[0]) {
      try check(try without(words[0]).run(), try with(words).run())
    }
  }

  /// The same with another value of a flag that the verb cannot do without.
  func value(
    _ words: String..., check: @escaping @Sendable (_ one: Trial, _ other: Trial) throws -> Void
  ) -> FlagCase {
    FlagCase(verb: verb, flag: words[0]) { try check(try run(), try with(words).run()) }
  }

  /// Runs the command, or gives what it gave before: many cases share a baseline.
  func run() throws -> Trial { try Self.runs.trial("\(self)") { try made() } }

  private func made() throws -> Trial {
    let scratch = try Scratch()
    for (name, fixture) in files {
      try FileManager.default.copyItem(atPath: fixture, toPath: scratch.path(name))
    }
    let words = flags.joined().map { $0.replacing("OUT/", with: scratch.path("") + "/") }
    let result = try Command.run(
      verb.split(separator: " ").map(String.init) + words,
      environment: ["XDG_CACHE_HOME": scratch.path("cache")])
    return Trial(result, scratch)
  }

  private static let runs = Runs()

  private final class Runs: Sendable {
    private final class Entry: Sendable {
      let trial = Mutex<Trial?>(nil)
    }

    private let entries = Mutex<[String: Entry]>([:])

    func trial(_ key: String, _ run: () throws -> Trial) throws -> Trial {
      let entry = entries.withLock { entries in
        let entry = entries[key] ?? Entry()
        entries[key] = entry
        return entry
      }
      return try entry.trial.withLock { trial in
        let made = try trial ?? run()
        trial = made
        return made
      }
    }
  }
}
