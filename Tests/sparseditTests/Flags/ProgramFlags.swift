import Foundation

/// The flags that the built program has, as its argument parser tells.
enum ProgramFlags {
  private struct Dump: Decodable {
    let command: Verb
  }

  private struct Verb: Decodable {
    let commandName: String
    let arguments: [Argument]?
    let subcommands: [Verb]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let preferredName: Name?
    let isRepeating: Bool
  }

  /// `verb flag` for every option and flag of every verb, by the name that the help prefers.
  static func all() throws -> Set<String> {
    let help = try Command.run(["--experimental-dump-help"])
    let program = try JSONDecoder().decode(Dump.self, from: help.output).command
    return Set(flags(of: program, path: []))
  }

  /// Names of the options that may be given several times in a manifest's item.
  static func repeating() throws -> Set<String> {
    let help = try Command.run(["--experimental-dump-help"])
    let program = try JSONDecoder().decode(Dump.self, from: help.output).command
    let verbs = (program.subcommands ?? []).filter { !["batch", "rerun", "model"].contains($0.commandName) }
    let repeating = verbs.flatMap { $0.arguments ?? [] }.filter { $0.isRepeating && $0.kind != "positional" }
    return Set(repeating.compactMap { $0.preferredName?.name })
  }

  private static func flags(of verb: Verb, path: [String]) -> [String] {
    let own = (verb.arguments ?? []).filter { $0.kind != "positional" }.compactMap(\.preferredName).map {
      "\(path.joined(separator: " ")) \($0.kind == "long" ? "--" : "-")\($0.name)"
    }
    // `help` is the parser's own.
    return own
      + (verb.subcommands ?? []).filter { $0.commandName != "help" }.flatMap {
        flags(of: $0, path: path + [$0.commandName])
      }
  }
}
