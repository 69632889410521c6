import Foundation
import Logging
import SparseditKit

/// What every diffusion command does around its edit: logging, progress, interrupts, the report.
struct EditConsole {
  private let host: CommandHost
  private let printsJSON: Bool

  init(_ options: ReportOptions) {
    host = CommandHost.current(options)
    printsJSON = options.json
  }

  func note(_ text: String) { host.log.notice("\(text)") }

  /// Opens the model, runs `body` with it and prints its reports.
  func run(_ model: ModelOptions, _ body: (Editor) throws -> [EditReport]) throws {
    try run { _ in try body(try host.editor(model)) }
  }

  /// Runs `body`, which needs no model, and prints its reports.
  func run(_ body: (@escaping @Sendable (EditProgress) -> Void) throws -> [EditReport]) throws {
    let progress = host.progress
    defer { progress.clear() }
    let reports = try body { progress($0) }
    progress.clear()
    for report in reports {
      if CommandHost.batch != nil { host.keep(report) }
      if printsJSON, CommandHost.batch == nil {
        try Self.printJSON(report)
      } else {
        host.log.notice("\(Self.summary(report))")
      }
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
