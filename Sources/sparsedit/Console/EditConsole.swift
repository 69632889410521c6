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

  /// Runs a request's versions, with seeds counting up, and prints their reports.
  ///
  /// - Parameter matchesFirst: hold the colours of all to the first's.
  func run(
    _ request: some DiffusionRequest, model: ModelOptions, count: Int = 1, matchesFirst: Bool = false,
    to output: (Int) -> OutputRequest
  ) throws {
    let editor = host.editor(model)
    let versions = request.versions(count)
    if request.seed < 0, count > 1 { host.progress(.notice("seed \(versions[0].seed)")) }
    try run(versions, with: editor, colorHold: matchesFirst ? ColorHold() : nil, to: output)
  }

  /// Runs a request that no model is needed for and prints its report.
  func run(_ request: AdjustRequest, to output: (Int) -> OutputRequest) throws {
    try run([request], with: Editor(), colorHold: nil, to: output)
  }

  private func run(
    _ requests: [any EditRequest], with editor: Editor, colorHold: ColorHold?,
    to output: (Int) -> OutputRequest
  ) throws {
    let progress = host.progress
    defer { progress.clear() }
    for (index, request) in requests.enumerated() {
      let job = editor.start(
        request, to: output(index), colorHold: colorHold ?? CommandHost.batch?.colorHold,
        cancellation: Interrupt.cancellation
      ) { progress($0) }
      let report = try job.wait()
      progress.clear()
      let seconds = (report.seconds.total * 100).rounded() / 100
      host.log.debug("took \(seconds) s and at most \(report.peakMemoryBytes >> 20) MiB of memory")
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
    try StandardOutput.print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  private static func summary(_ report: EditReport) -> String {
    let seconds = (report.seconds.total * 10).rounded() / 10
    let seed = report.steps > 0 ? ", seed \(report.seed)" : ""
    var line = "\(report.output): \(report.width) x \(report.height)\(seed), \(seconds) s"
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
