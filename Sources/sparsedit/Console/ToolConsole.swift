import Logging
import SparseditKit

/// What every command without a model does around its work: logging, interrupts, the report.
struct ToolConsole {
  private let log: Logger
  private let printsJSON: Bool

  init(_ options: ReportOptions) {
    log = ConsoleLog.bootstrap(options)
    printsJSON = options.json
    Interrupt.install()
  }

  func finish(_ report: some Encodable, notices: [String], summary: String) throws {
    for notice in notices { log.notice("\(notice)") }
    if printsJSON { try EditConsole.printJSON(report) } else { log.notice("\(summary)") }
  }
}
