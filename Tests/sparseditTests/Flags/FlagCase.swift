import Testing

/// One flag of one verb, and what shows that it does something: `check` fails if the program ignored it.
struct FlagCase: Sendable, CustomTestStringConvertible {
  /// As on the command line, such as `model info`; empty for the program itself.
  let verb: String
  /// The name by which the help calls it.
  let flag: String
  let check: @Sendable () throws -> Void

  var testDescription: String { "\(verb) \(flag)" }
}
