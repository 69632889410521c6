import Foundation
import SparseditKit

/// A text file with one prompt a line.
enum PromptLines {
  /// The lines of the file at `path` that are not empty, without blanks around them.
  static func read(_ path: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else {
      throw SparseditError(
        .missingInput, "\(path): expected a text file with one prompt a line, found no readable one")
    }
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard !lines.isEmpty else {
      throw SparseditError(.badData, "\(path): expected one prompt a line, found none")
    }
    return lines
  }
}
