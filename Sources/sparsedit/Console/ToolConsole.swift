import SparseditKit
import Tensors

/// What every command without a model does around its work: logging, interrupts, the report.
struct ToolConsole {
  private let host: CommandHost
  private let printsJSON: Bool
  private let start = ContinuousClock.now

  init(_ options: ReportOptions) {
    host = CommandHost.current(options)
    printsJSON = options.json
  }

  func finish(_ report: some Encodable & Sendable, notices: [String], summary: String) throws {
    for notice in notices { host.log.notice("\(notice)") }
    let seconds = ((ContinuousClock.now - start) / .seconds(1) * 100).rounded() / 100
    host.log.debug("took \(seconds) s and at most \(ProcessMemory.peak >> 20) MiB of memory")
    if CommandHost.batch != nil { host.keep(report) }
    if printsJSON, CommandHost.batch == nil {
      try EditConsole.printJSON(report)
    } else {
      host.log.notice("\(summary)")
    }
  }
}
