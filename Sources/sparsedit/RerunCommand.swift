import ArgumentParser
import Foundation
import ImageCodecs
import Models
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
      looked for in --inputs, beside the picture, and in the current folder.
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
    let arguments = try translatingErrors { try self.arguments(of: picture) }
    if print {
      Swift.print((["sparsedit"] + arguments).map(Self.quoted).joined(separator: " "))
      return
    }
    var command = try SparseditCommand.parseAsRoot(arguments)
    try command.run()
  }

  private func arguments(of picture: String) throws -> [String] {
    // Texts of a PNG may follow its pixels.
    guard let text = try ImageReader.decode(path: picture).header.metadata.recipe else {
      throw SparseditError(.badData, "\(picture): the picture holds no recipe")
    }
    guard let recipe = Recipe(parameters: text) else {
      throw SparseditError(
        .badData, "\(picture): expected a recipe of sparsedit, found parameters of another program")
    }
    let flags = Array(words.dropFirst())
    return try recipe.arguments { setting, name in
      // An input that is named anew need not be found.
      if flags.contains(where: { $0 == "--\(setting)" || $0.hasPrefix("--\(setting)=") }) { return name }
      if setting == "image", flags.contains("-i") { return name }
      return try self.path(of: name, beside: picture, setting: setting)
    } + flags
  }

  private func path(of name: String, beside picture: String, setting: String) throws -> String {
    let folder = URL(fileURLWithPath: picture).deletingLastPathComponent().relativePath
    let candidates = (inputs + [folder]).map { "\($0)/\(name)" } + [name]
    // The result may have its input's name in another folder; it is not its own input.
    let own = URL(fileURLWithPath: picture).resolvingSymlinksInPath().standardizedFileURL
    guard
      let found = candidates.first(where: {
        FileManager.default.fileExists(atPath: $0)
          && URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL != own
      })
    else {
      throw SparseditError(
        .missingInput,
        "the recipe's input \(name) was not found; looked for \(candidates.joined(separator: ", ")); "
          + "name its folder with --inputs, or the file with --\(setting)")
    }
    return found
  }

  /// As a shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_=./,:%+@".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
