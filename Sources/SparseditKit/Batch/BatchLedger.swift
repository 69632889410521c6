import Edits
import Foundation

/// What a batch knows of its items while it runs: what is done, who writes what, and the colours they share.
package final class BatchLedger {
  /// Ends of an item.
  package enum Ending: Sendable {
    case done
    /// An earlier run did it, and its outputs are there.
    case skipped
    case failed(SparseditError)
  }

  private let journal: BatchJournal
  private let colorHold: ColorHold?
  /// Hashes of the outputs' paths so far: two items of one name would undo each other.
  private var outputs: Set<Int> = []

  package init(journal: BatchJournal, colorHold: ColorHold?) {
    self.journal = journal
    self.colorHold = colorHold
  }

  /// An item that is to be done.
  package struct Ticket {
    fileprivate var record: BatchRecord
    /// Whether the item's colours become the batch's.
    fileprivate let decidesColors: Bool
  }

  /// Looks whether an item is done.
  ///
  /// - Parameters:
  ///   - digest: texts that decide the item's result, beside the content of its inputs.
  /// - Returns: what it has ended with already, or what to hand to `end`.
  package func begin(
    _ name: String, digest: [String], inputs: [String], outputs: [String]
  ) throws -> (ending: Ending?, ticket: Ticket) {
    // The colours that the first item gives are its result; what decides it is that it is the first.
    let before = colorHold?.text
    let fingerprint = BatchFingerprint(
      arguments: digest, inputs: inputs, colors: colorHold.map { _ in before ?? "first" })
    let ticket = Ticket(
      record: BatchRecord(fingerprint: fingerprint, status: .done, name: name, outputs: outputs),
      decidesColors: before == nil)
    for path in outputs {
      let hash = URL(fileURLWithPath: path).standardizedFileURL.path.hashValue
      guard self.outputs.insert(hash).inserted else {
        let error = SparseditError(.usage, "\(path): an item before this one writes the same file")
        return (.failed(error), ticket)
      }
    }
    guard let known = journal.finished(fingerprint, outputs: outputs) else { return (nil, ticket) }
    if before == nil, let colors = known.colors { try colorHold?.adopt(colors) }
    return (.skipped, ticket)
  }

  /// Writes down how an item ended.
  ///
  /// - Parameter error: why it failed, if it did.
  /// - Throws: what ends the whole batch: an interrupt, or a journal that cannot be written.
  package func end(_ ticket: Ticket, _ error: SparseditError?) throws -> Ending {
    var record = ticket.record
    if let error {
      if error.category == .interrupted { throw error }
      (record.status, record.error) = (.failed, error.description)
      try journal.append(record)
      return .failed(error)
    }
    record.bytes = BatchJournal.bytes(of: record.outputs) ?? 0
    record.colors = ticket.decidesColors ? colorHold?.text : nil
    try journal.append(record)
    return .done
  }
}
