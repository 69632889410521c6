import Foundation
import SparseditKit

/// The items of a JSON Lines manifest, read as they are needed.
///
/// Every line is an object: `verb`, and the verb's flags under their long names. A text or a number is the flag's
/// value, `true` sets a flag without one, `false` and `null` leave it out. A list repeats a flag that may be repeated, and
/// its numbers are the channels of one that takes several. Empty lines are passed over.
struct ManifestItems: Sequence, IteratorProtocol {
  private let lines: TextLines
  private let path: String
  private let defaults: BatchDefaults
  private var number = 0
  private var line = 0
  private var isBroken = false

  init(path: String, defaults: BatchDefaults) throws {
    lines = try TextLines(path: path)
    self.path = path
    self.defaults = defaults
  }

  mutating func next() -> BatchItem? {
    while !isBroken {
      line += 1
      do {
        guard let text = try lines.next() else { return nil }
        if text.allSatisfy(\.isWhitespace) { continue }
        number += 1
        return item(text)
      } catch {
        // Nothing after a line that cannot be read can be told apart.
        isBroken = true
        number += 1
        return failed("\(error)")
      }
    }
    return nil
  }

  private var place: String { "\(path), line \(line)" }

  private func failed(_ problem: String) -> BatchItem {
    BatchItem(
      number: number, name: place,
      arguments: .failure(ItemFailure(error: SparseditError(.badData, "\(place): \(problem)"))))
  }

  private func item(_ text: String) -> BatchItem {
    guard var object = try? JSONDecoder().decode([String: FlagValue].self, from: Data(text.utf8)) else {
      return failed(
        "expected a JSON object of texts, numbers, true, false, null and lists of these, found \(text.prefix(80))"
      )
    }
    guard let verb = object.removeValue(forKey: "verb").map(\.text) ?? defaults.verb else {
      return failed("expected a \"verb\" such as \"inpaint\", or one after the batch's own flags")
    }
    if let key = object.keys.first(where: { $0.utf8.count < 2 || $0.hasPrefix("-") || $0.contains("=") }) {
      return failed("expected a flag's long name, found \"\(key)\"")
    }
    let image = object["image"]?.text
    if object["output"] == nil, let output = output(image) { object["output"] = FlagValue(output) }
    var flags: [String] = []
    for (key, value) in object.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      guard let arguments = value.arguments(key) else {
        return failed("expected one value for \"\(key)\", found a list of \(value.values.count)")
      }
      flags += arguments
    }
    return BatchItem(
      number: number, name: image ?? object["output"]?.text ?? place,
      arguments: .success([verb] + defaults.flags + flags))
  }

  /// Where the result goes of an item that does not say.
  private func output(_ image: String?) -> String? {
    if let image {
      return defaults.output(
        named: URL(fileURLWithPath: image).deletingPathExtension().lastPathComponent,
        extension: FolderItems.ending(of: image) ?? "png")
    }
    let digits = "\(number)"
    return defaults.output(
      named: String(repeating: "0", count: Swift.max(0, 6 - digits.count)) + digits, extension: "png")
  }
}
