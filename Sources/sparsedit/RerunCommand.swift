import ArgumentParser
import SparseditKit

struct RerunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun", abstract: "Repeat the edit that made a picture, by the recipe in it.",
    discussion: """
      Examples:
        sparsedit rerun wall.png -o again.png
        sparsedit rerun wall.png -o other.png --seed 8 --prompt "dry stone wall"
        sparsedit rerun wall.png --print

      What follows the picture are flags of the verb that made it; they win over the recipe's. With the same model \
      and inputs the result is the same to the byte. A recipe holds names of inputs, not their folders: they are \
      looked for in --inputs, beside the picture, and in the current folder, and only read. Models and adapters are \
      looked for by name in $SPARSEDIT_MODELS. The output is the one that this command line names.
      """)

  @Option(
    name: .long,
    help: "Folder of the edit's inputs, repeatable. (default: the picture's, then the current one)")
  var inputs: [String] = []

  @Flag(name: .long, help: "Print the command line instead of running it.")
  var print = false

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("A picture with a recipe, and flags that differ.", valueName: "picture and flags"))
  var words: [String]

  func run() throws {
    // Everything after the first unknown word is captured, a lone --help or --version too.
    if words.first == "--help" || words.first == "-h" { throw CleanExit.helpRequest(self) }
    if words.first == "--version" { throw CleanExit.message(Sparsedit.version) }
    guard let picture = words.first, !picture.hasPrefix("-") else {
      throw ValidationError("Expected a picture first, found '\(words.first ?? "")'.")
    }
    let line = try RerunLine(words.dropFirst(), inputs: inputs, prints: print)
    let arguments = try line.arguments(of: InputFile(picture))
    let shown = (["sparsedit"] + arguments).map(Self.quoted).joined(separator: " ")
    if line.prints {
      try StandardOutput.print(shown)
      return
    }
    // What a stranger's picture asks for is shown before it is done.
    if !line.flags.contains("--quiet") { StandardError.write("\(shown)\n") }
    var command = try SparseditCommand.parseAsRoot(arguments)
    try command.run()
  }

  /// As a shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_=./,:%+@".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
