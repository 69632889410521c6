import Edits
import Foundation
import Glibc

/// The memory of a batch on disk: one JSON line for every item that was finished or failed.
///
/// Lines are appended whole and are on the disk before the next item begins. A line that a crash cut short is passed
/// over. In memory an item takes some 100 bytes.
package final class BatchJournal {
  package let path: String
  private let file: Int32
  private var done: [BatchFingerprint: (bytes: Int, colors: String?)] = [:]

  /// Opens the journal at `path`, making it if need be.
  ///
  /// - Parameters:
  ///   - others: journals of other parts of the batch, which are only read.
  ///   - forgets: begin anew.
  package init(path: String, others: [String] = [], forgets: Bool = false) throws {
    self.path = path
    file = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | (forgets ? O_TRUNC : 0), 0o644)
    guard file >= 0 else {
      throw SparseditError(
        .cannotCreate, "\(path): the batch's journal cannot be written; name another with --journal")
    }
    guard !forgets else { return }
    for other in others { try read(other) }
    let endsWhole = try read(path)
    if !endsWhole { try append("\n") }
  }

  deinit { close(file) }

  /// The record of a finished item whose outputs are still as it left them.
  package func finished(_ fingerprint: BatchFingerprint, outputs: [String]) -> (bytes: Int, colors: String?)?
  {
    guard let record = done[fingerprint], Self.bytes(of: outputs) == record.bytes else { return nil }
    return record
  }

  /// Writes a record down.
  package func append(_ record: BatchRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try append(String(decoding: try encoder.encode(record), as: UTF8.self) + "\n")
    remember(record)
  }

  /// Bytes of all files together, or nil if one is missing.
  package static func bytes(of paths: [String]) -> Int? {
    var sum = 0
    for path in paths {
      var status = stat()
      guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      sum += Int(status.st_size)
    }
    return sum
  }

  private func append(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unwritten }
      bytes = bytes.dropFirst(count)
    }
    guard fsync(file) == 0 || errno == EINVAL else { throw unwritten }
  }

  private var unwritten: SparseditError {
    SparseditError(.inputOutput, "\(path): the batch's journal could not be written; is the disk full?")
  }

  /// - Returns: whether the file is empty or ends with a whole line.
  @discardableResult
  private func read(_ path: String) throws -> Bool {
    let lines = try TextLines(path: path)
    let decoder = JSONDecoder()
    while let line = try lines.next() {
      if let record = try? decoder.decode(BatchRecord.self, from: Data(line.utf8)) { remember(record) }
    }
    return lines.endedWhole
  }

  private func remember(_ record: BatchRecord) {
    done[record.fingerprint] = record.status == .done ? (record.bytes, record.colors) : nil
  }
}
