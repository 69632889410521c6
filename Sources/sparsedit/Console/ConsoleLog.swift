import Logging

/// The one logger's handler: a line on standard error, prefixed by its level when it is a warning or worse.
struct ConsoleLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let prefix = event.level >= .warning ? "\(event.level): " : ""
    StandardError.write("\(prefix)\(event.message)\n")
  }

  static func bootstrap(_ options: ReportOptions) -> Logger {
    let level: Logger.Level = options.quiet ? .error : options.verbose ? .debug : .notice
    LoggingSystem.bootstrap { _ in ConsoleLog(logLevel: level) }
    return Logger(label: "sparsedit")
  }
}
