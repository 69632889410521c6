import ArgumentParser
import Foundation
import Glibc
import SparseditKit

/// Does the items of a batch one after the other, and keeps count.
struct BatchRun {
  private let host: CommandHost
  private let journal: BatchJournal
  private var sheets: ContactSheetFiles?
  private let printsJSON: Bool
  private var counts: [BatchLine.Status: Int] = [:]
  /// Hashes of the outputs' paths so far: two items of one name would undo each other.
  private var outputs: Set<Int> = []

  init(host: CommandHost, journal: BatchJournal, sheets: ContactSheetFiles?, printsJSON: Bool) {
    self.host = host
    self.journal = journal
    self.sheets = sheets
    self.printsJSON = printsJSON
  }

  /// Does one item, unless it is done; reports a failure and lives on.
  ///
  /// - Throws: what ends the whole batch: an interrupt, or a journal or report that cannot be written.
  mutating func perform(_ item: BatchItem) throws {
    var line = BatchLine(item: item.number, name: item.name)
    do {
      let verb = try Self.verb(try item.arguments.get())
      line.outputs = verb.outputFiles
      try claim(line.outputs)
      try perform(verb, try item.arguments.get(), &line)
      for path in verb.pictures { try sheets?.add(path) }
    } catch {
      // An item's failure is its own; the rest ends the batch.
      guard let failure = error as? ItemFailure else { throw error }
      line.fail(failure.error)
    }
    line.reports = host.takeReports()
    counts[line.status, default: 0] += 1
    try tell(line)
  }

  /// Ends the batch; throws if an item failed.
  mutating func finish() throws {
    try sheets?.finish()
    for path in sheets?.paths ?? [] { host.log.notice("\(path): contact sheet") }
    let (done, skipped, failed) = (counts[.done] ?? 0, counts[.skipped] ?? 0, counts[.failed] ?? 0)
    host.log.notice("\(done) done, \(skipped) done before, \(failed) failed")
    if failed > 0 {
      throw SparseditError(
        .failed, "\(failed) of \(done + skipped + failed) items failed; the same command tries them again")
    }
  }

  private func perform(_ verb: any BatchVerb, _ arguments: [String], _ line: inout BatchLine) throws {
    // The colours that the first item gives are its result; what decides it is that it is the first.
    let before = host.colorHold?.text
    let fingerprint = BatchFingerprint(
      arguments: arguments, inputs: verb.inputFiles, colors: host.colorHold.map { _ in before ?? "first" })
    if let known = journal.finished(fingerprint, outputs: line.outputs) {
      line.status = .skipped
      if before == nil, let colors = known.colors { try host.colorHold?.adopt(colors) }
      return
    }
    var record = BatchRecord(
      fingerprint: fingerprint, status: .done, name: line.name, outputs: line.outputs)
    do {
      var verb = verb
      try CommandHost.$batch.withValue(host) { try verb.run() }
    } catch {
      let error = Self.translated(error)
      if error.category == .interrupted { throw interrupted }
      (record.status, record.error) = (.failed, error.description)
      try journal.append(record)
      throw ItemFailure(error: error)
    }
    record.bytes = BatchJournal.bytes(of: line.outputs) ?? 0
    record.colors = before == nil ? host.colorHold?.text : nil
    try journal.append(record)
  }

  /// Refuses outputs that an item before writes.
  private mutating func claim(_ paths: [String]) throws {
    for path in paths {
      let hash = URL(fileURLWithPath: path).standardizedFileURL.path.hashValue
      guard outputs.insert(hash).inserted else {
        throw ItemFailure(
          error: SparseditError(.usage, "\(path): an item before this one writes the same file"))
      }
    }
  }

  private func tell(_ line: BatchLine) throws {
    if let error = line.error { host.log.error("\(line.name): \(error)") }
    guard printsJSON else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(line), as: UTF8.self))
    // Whoever reads the lines wants each when its item is done.
    fflush(nil)
  }

  private var interrupted: SparseditError {
    SparseditError(
      .interrupted,
      "interrupted; \(counts[.done] ?? 0) items are done, and the same command goes on with the rest")
  }

  private static func verb(_ arguments: [String]) throws -> any BatchVerb {
    do {
      let command = try SparseditCommand.parseAsRoot(arguments)
      if let verb = command as? any BatchVerb { return verb }
    } catch {
      throw ItemFailure(error: translated(error))
    }
    throw ItemFailure(
      error: SparseditError(
        .usage, "expected a verb that makes a picture, found '\(arguments.first ?? "")'"))
  }

  private static func translated(_ error: any Error) -> SparseditError {
    error as? SparseditError ?? SparseditError(.usage, SparseditCommand.message(for: error))
  }
}

/// An error that concerns one item alone.
struct ItemFailure: Error {
  let error: SparseditError
}
