import ArgumentParser
import Models
import SparseditKit

extension ModelCommand {
  struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Say what a model or checkpoint file holds.",
      discussion: "Reads the tables of contents only, however large the files are.")

    @Argument(
      help: "A safetensors or GGUF file, a sharded index, or a directory: of one network or of a model.")
    var model: String

    @Flag(name: .long, help: "List every tensor.")
    var tensors = false

    @Flag(name: .long, help: "Print one JSON report on standard output, with every tensor.")
    var json = false

    func run() throws {
      try translatingErrors {
        let path = try ModelReference.directory(model)
        let parts = try NetworkFile.all(in: path).map(PartDescription.init)
        if json { return try EditConsole.printJSON(["parts": parts]) }
        for part in parts { try StandardOutput.print(text(part)) }
      }
    }

    private func text(_ part: PartDescription) -> String {
      var lines = [
        "\(part.part): \(part.network ?? "unknown network"), \(part.format), \(part.path)",
        "  \(part.parameters) parameters, \(part.bytes) bytes, \(part.tensors.count) tensors",
      ]
      for (type, total) in part.types.sorted(by: { $0.value.bytes > $1.value.bytes }) {
        lines.append("  \(type): \(total.tensors) tensors, \(total.bytes) bytes")
      }
      lines += part.metadata.sorted { $0.key < $1.key }.map { "  \($0.key): \(shortened($0.value))" }
      if tensors { lines += part.tensors.map { "  \($0.name) \($0.type) \($0.shape)" } }
      return lines.joined(separator: "\n")
    }

    /// A line of the terminal holds this much.
    private func shortened(_ text: String) -> String {
      let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      return line.count > 120 ? "\(line.prefix(117))..." : line
    }
  }
}
