import ArgumentParser
import Foundation
import Glibc
import SparseditKit

/// Does the items of a batch one after the other, and keeps count.
struct BatchRun {
  private let host: CommandHost
  private let ledger: BatchLedger
  private var sheets: ContactSheetFiles?
  private let printsJSON: Bool
  private var counts: [BatchLine.Status: Int] = [:]

  init(host: CommandHost, journal: BatchJournal, sheets: ContactSheetFiles?, printsJSON: Bool) {
    self.host = host
    ledger = BatchLedger(journal: journal, colorHold: host.colorHold)
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
    var (ending, ticket) = try ledger.begin(
      line.name, digest: arguments, inputs: verb.inputFiles, outputs: line.outputs)
    if ending == nil {
      var failure: SparseditError?
      do {
        var verb = verb
        try CommandHost.$batch.withValue(host) { try verb.run() }
      } catch {
        failure = Self.translated(error)
        if failure?.category == .interrupted { throw interrupted }
      }
      ending = try ledger.end(ticket, failure)
    }
    switch ending {
    case .skipped: line.status = .skipped
    case .failed(let error): throw ItemFailure(error: error)
    case .done, nil: break
    }
  }

  private func tell(_ line: BatchLine) throws {
    if let error = line.error { host.log.error("\(line.name): \(FieldNames.asFlags(error))") }
    guard printsJSON else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try StandardOutput.print(String(decoding: try encoder.encode(line), as: UTF8.self))
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
