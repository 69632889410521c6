import Foundation
import Logging
import SparseditKit

/// What every diffusion command does around its edit: logging, progress, interrupts, the report.
struct EditConsole {
  let log: Logger
  let progress: ProgressPrinter
  private let printsJSON: Bool

  init(_ options: ReportOptions) {
    log = ConsoleLog.bootstrap(options)
    progress = ProgressPrinter(log: log, options: options)
    printsJSON = options.json
    Interrupt.install()
  }

  /// Opens the model, runs `body` with it and prints its reports.
  func run(_ model: ModelOptions, _ body: (Editor) throws -> [EditReport]) throws {
    try run { progress in
      var configuration = model.configuration
      configuration.progress = progress
      configuration.cancellation = Interrupt.cancellation
      return try body(try Editor(configuration))
    }
  }

  /// Runs `body`, which needs no model, and prints its reports.
  func run(_ body: (@escaping @Sendable (EditProgress) -> Void) throws -> [EditReport]) throws {
    let progress = progress
    defer { progress.clear() }
    let reports = try body { progress($0) }
    progress.clear()
    if printsJSON {
      for report in reports { try Self.printJSON(report) }
    } else {
      for report in reports { log.notice("\(Self.summary(report))") }
    }
  }

  static func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  private static func summary(_ report: EditReport) -> String {
    let seconds = (report.seconds.total * 10).rounded() / 10
    var line = "\(report.output): \(report.width) x \(report.height), seed \(report.seed), \(seconds) s"
    if let difference = report.maxDifferenceOutsideMask, let changed = report.changedPixels {
      line += ", \(changed) pixels changed, largest difference outside the mask \(Self.plain(difference))"
    }
    if let x = report.seamRatioX { line += ", seam x \((x * 100).rounded() / 100)" }
    if let y = report.seamRatioY { line += ", seam y \((y * 100).rounded() / 100)" }
    if let ratio = report.seamRatio { line += ", seam \((ratio * 100).rounded() / 100)" }
    return line
  }

  private static func plain(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
