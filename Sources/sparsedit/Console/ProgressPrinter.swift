import Glibc
import Logging
import SparseditKit

/// Shows the state of an edit: a line that redraws itself on a terminal, nothing but notices elsewhere.
struct ProgressPrinter: Sendable {
  let log: Logger
  let showsLine: Bool

  init(log: Logger, options: ReportOptions) {
    self.log = log
    showsLine = StandardError.isTerminal && !options.quiet
  }

  func callAsFunction(_ event: EditProgress) {
    switch event {
    case .stage(let stage):
      log.debug("\(stage.rawValue)")
      draw("\(stage.rawValue) ...")
    case .step(let done, let count, let secondsLeft):
      let share = count == 0 ? 1 : Double(done) / Double(count)
      draw("\(Self.bar(share)) step \(done)/\(count), \(Self.duration(secondsLeft)) left")
    case .portion(let share, let secondsLeft):
      let left = secondsLeft > 0 ? ", \(Self.duration(secondsLeft)) left" : ""
      draw("\(Self.bar(share)) \(Int(share * 100)) %\(left)")
    case .notice(let sentence):
      clear()
      log.notice("\(sentence)")
    }
  }

  private static func bar(_ share: Double) -> String {
    let filled = Int(24 * min(1, max(0, share)))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "]"
  }

  /// Takes the line away, so that what follows starts on a clean one.
  func clear() { if showsLine { StandardError.write("\r\u{1B}[K") } }

  private func draw(_ line: String) { if showsLine { StandardError.write("\r\u{1B}[K\(line)") } }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
