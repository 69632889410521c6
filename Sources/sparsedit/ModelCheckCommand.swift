import ArgumentParser
import Models
import SparseditKit

extension ModelCommand {
  struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Compare a model's tensors with those that its networks take.",
      discussion: """
        For each network: what is missing, has another shape, or is not used. Exit status 0 when nothing is amiss, \
        65 when something is.
        """)

    @Argument(
      help: "A safetensors or GGUF file, a sharded index, or a directory: of one network or of a model.")
    var model: String

    @Flag(name: .long, help: "Print one JSON report on standard output.")
    var json = false

    private struct Report: Encodable {
      let passes: Bool
      let parts: [PartCheck]
    }

    func run() throws {
      try translatingErrors {
        let parts = NetworkFile.all(in: try ModelReference.directory(model)).map(PartCheck.init)
        let passes = parts.allSatisfy(\.passes)
        if json {
          try EditConsole.printJSON(Report(passes: passes, parts: parts))
        } else {
          for part in parts { try StandardOutput.print(text(part)) }
        }
        guard passes else {
          let wrong = parts.filter { !$0.passes }.map(\.part).joined(separator: ", ")
          throw SparseditError(.badData, "\(model): \(wrong) cannot be used as it is")
        }
      }
    }

    private func text(_ part: PartCheck) -> String {
      var lines = [
        "\(part.part): \(part.network ?? "unknown network"), \(part.passes ? "complete" : "amiss")"
      ]
      if let problem = part.problem { lines.append("  \(problem)") }
      for (kind, names) in [
        ("missing", part.findings.missing), ("unfit", part.findings.unfit), ("unused", part.findings.unused),
      ] {
        lines += names.map { "  \(kind): \($0)" }
      }
      return lines.joined(separator: "\n")
    }
  }
}
