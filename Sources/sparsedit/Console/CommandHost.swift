import Foundation
import Logging
import SparseditKit
import Synchronization

/// What surrounds a command that does work: the log, the progress line, the opened model, and where reports go.
///
/// A command run by itself has a host of its own and prints its reports. A batch runs its items in one host, which
/// keeps the model between them and hands their reports to the batch.
final class CommandHost: Sendable {
  /// The batch's host, while it runs an item.
  @TaskLocal static var batch: CommandHost?

  let log: Logger
  let progress: ProgressPrinter
  /// What the batch holds the colours of its items to, if it does.
  let colorHold: ColorHold?
  private let state = Mutex(State())

  private struct State {
    /// The last opened model, and the flags that asked for it.
    var editor: (flags: String, editor: Editor)?
    var reports: [Report] = []
  }

  /// A report of an item, of whatever verb.
  struct Report: Encodable, Sendable {
    let value: any Encodable & Sendable

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
  }

  init(_ options: ReportOptions, colorHold: ColorHold? = nil) {
    log = ConsoleLog.bootstrap(options)
    progress = ProgressPrinter(log: log, options: options)
    self.colorHold = colorHold
    Interrupt.install()
  }

  /// The host that a command runs in.
  static func current(_ options: ReportOptions) -> CommandHost { batch ?? CommandHost(options) }

  /// An editor with the model that the flags name; the last one if they are the same.
  ///
  /// The flags are compared as they were parsed, all of them, so that a new one cannot be forgotten here.
  func editor(_ model: ModelOptions) -> Editor {
    let flags = String(describing: model)
    if let open = state.withLock({ $0.editor }), open.flags == flags { return open.editor }
    // Let go of the old model first: two may not fit into the memory.
    state.withLock { $0.editor = nil }
    let editor = Editor(model.configuration)
    state.withLock { $0.editor = (flags, editor) }
    return editor
  }

  /// Keeps a report for the batch.
  func keep(_ report: some Encodable & Sendable) {
    state.withLock { $0.reports.append(Report(value: report)) }
  }

  /// The reports since the last call.
  func takeReports() -> [Report] {
    state.withLock { state in
      defer { state.reports = [] }
      return state.reports
    }
  }
}
