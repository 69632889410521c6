package import Edits
import Foundation

/// The lines of a text file one by one, however long the file is.
package final class TextLines {
  /// Far above any item; keeps a file without line ends from filling the memory.
  package static let longest = 1 << 20

  /// Whether what was read so far is empty or ends with a line end.
  package private(set) var endedWhole = true

  private let file: FileHandle
  private let path: String
  private var block = Data()
  private var atEnd = false

  /// - Parameter path: the file; `-` is standard input.
  package init(path: String) throws(SparseditError) {
    self.path = path
    if path == "-" {
      file = .standardInput
    } else if let opened = FileHandle(forReadingAtPath: path) {
      file = opened
    } else {
      throw SparseditError(.missingInput, "\(path): no such file, or it may not be read")
    }
  }

  /// The next line without its end, or nil after the last.
  package func next() throws -> String? {
    var line = Data()
    while true {
      if let end = block.firstIndex(of: 0x0A) {
        line += block[block.startIndex..<end]
        block = block[(end + 1)...]
        endedWhole = true
        return try text(line)
      }
      line += block
      guard line.count <= Self.longest else { throw unreadable("a line of more than 1 MiB") }
      block = atEnd ? Data() : try read()
      if block.isEmpty {
        atEnd = true
        if line.isEmpty { return nil }
        endedWhole = false
        return try text(line)
      }
    }
  }

  private func read() throws -> Data {
    do {
      return try file.read(upToCount: 1 << 16) ?? Data()
    } catch {
      throw SparseditError(.inputOutput, "\(path): reading broke off")
    }
  }

  private func text(_ line: Data) throws -> String {
    guard let text = String(data: line, encoding: .utf8) else { throw unreadable("bytes that are not") }
    return text
  }

  private func unreadable(_ found: String) -> SparseditError {
    SparseditError(.badData, "\(path): expected lines of UTF-8 text, found \(found)")
  }
}
