import SparseditKit

/// What every command without a model does around its work: logging, interrupts, the report.
struct ToolConsole {
  private let host: CommandHost
  private let printsJSON: Bool

  init(_ options: ReportOptions) {
    host = CommandHost.current(options)
    printsJSON = options.json
  }

  func finish(_ report: some Encodable & Sendable, notices: [String], summary: String) throws {
    for notice in notices { host.log.notice("\(notice)") }
    if CommandHost.batch != nil { host.keep(report) }
    if printsJSON, CommandHost.batch == nil {
      try EditConsole.printJSON(report)
    } else {
      host.log.notice("\(summary)")
    }
  }
}
