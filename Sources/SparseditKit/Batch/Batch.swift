public import Edits

/// Many edits on one editor. What was finished is written down in a journal and not done again by a later run, as long
/// as its request, its inputs and its outputs are the same.
public struct Batch: Sendable {
  /// An edit of a batch.
  public struct Item: Sendable {
    /// The edit.
    public var request: any EditRequest
    /// The edit's output.
    public var output: OutputRequest

    /// An edit and where it goes.
    public init(_ request: any EditRequest, to output: OutputRequest) {
      self.request = request
      self.output = output
    }
  }

  /// Ends of an item.
  public enum Ending: Sendable {
    case done(EditReport)
    /// An earlier run did it, and its outputs are there.
    case skipped
    /// The other items go on.
    case failed(SparseditError)
  }

  /// Path of the journal, JSON lines.
  public var journal: String
  /// Do everything again, whatever the journal says.
  public var redo = false
  /// Colours that all items are held to.
  public var colorHold: ColorHold?

  /// A batch with its journal at a path.
  public init(journal: String) {
    self.journal = journal
  }

  /// Does the items in order.
  ///
  /// - Parameter each: called when an item has ended, with its place from 0 on.
  /// - Throws: what ends the whole batch: a cancelled task, or a journal that cannot be written.
  public func run(
    _ items: [Item], on editor: Editor, each: @Sendable (Int, Ending) -> Void = { _, _ in }
  ) async throws(SparseditError) {
    let ledger = try translatingErrors {
      BatchLedger(journal: try BatchJournal(path: journal, forgets: redo), colorHold: colorHold)
    }
    for (index, item) in items.enumerated() {
      let request = try RequestCoding.encode(item.request)
      let (known, ticket) = try translatingErrors {
        try ledger.begin(
          item.output.path,
          digest: [String(decoding: request, as: UTF8.self), "\(editor.configuration)", "\(item.output)"],
          inputs: item.request.inputPaths, outputs: item.output.files)
      }
      switch known {
      case .failed(let error): each(index, .failed(error))
      case .done, .skipped: each(index, .skipped)
      case nil:
        let outcome: Result<EditReport, SparseditError>
        do {
          outcome = .success(try await editor.run(item.request, to: item.output, colorHold: colorHold))
        } catch {
          outcome = .failure(error)
        }
        let ending = try translatingErrors { try ledger.end(ticket, outcome.failure) }
        if case .failed(let error) = ending { each(index, .failed(error)) }
        if case .success(let report) = outcome { each(index, .done(report)) }
      }
    }
  }
}

extension Result {
  fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
