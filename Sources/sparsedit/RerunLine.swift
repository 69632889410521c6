import ArgumentParser
import Foundation
import SparseditKit

/// What follows the picture on the command line of `rerun`: its own flags, in any position, and the verb's.
struct RerunLine {
  /// Folders of inputs.
  private(set) var inputs: [String]
  private(set) var prints: Bool
  /// The verb's flags, which win over the recipe's.
  private(set) var flags: [String] = []

  init(_ words: some Sequence<String>, inputs: [String], prints: Bool) throws {
    (self.inputs, self.prints) = (inputs, prints)
    var words = words.makeIterator()
    while let word = words.next() {
      if word == "--print" {
        self.prints = true
      } else if word == "--inputs" {
        guard let folder = words.next() else {
          throw ValidationError("Missing value for '--inputs <inputs>'")
        }
        self.inputs.append(folder)
      } else if word.hasPrefix("--inputs=") {
        self.inputs.append(String(word.dropFirst("--inputs=".count)))
      } else {
        flags.append(word)
      }
    }
  }

  /// The command line that makes a picture again by the recipe in it.
  func arguments(of picture: InputFile) throws -> [String] {
    let recipe = try Recipe.read(picture)
    var request = recipe.request
    if !prints {
      let beside = URL(fileURLWithPath: picture.description).deletingLastPathComponent().relativePath
      request = try recipe.request(inputs: inputs + [beside, "."], of: picture, given: given)
    }
    var arguments = try RequestFlags.arguments(request, without: given)
    if let model = recipe.model {
      arguments.insert(
        contentsOf: try RequestFlags.arguments(model, without: given, finds: !prints), at: 1)
    }
    return arguments + flags
  }

  /// Fields that the flags say, as far as they name files or models.
  private var given: Set<String> {
    let short = ["-i": "image", "--init-img": "image", "-m": "model"]
    return Set(
      flags.compactMap { word in
        let flag = String(word.prefix { $0 != "=" })
        return short[flag]
          ?? (flag.hasPrefix("--") ? String(flag.dropFirst(2)).replacing("-", with: "_") : nil)
      })
  }
}
