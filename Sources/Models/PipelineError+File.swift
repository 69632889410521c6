import Glibc

extension PipelineError {
  /// What the system said when a file could not be made or used.
  package init(creating path: String, errno code: Int32) {
    self.init(
      .cannotCreate, "\(path): the file cannot be created: \(Self.reason(code))")
  }

  package init(using path: String, errno code: Int32) {
    self.init(
      .inputOutput, "\(path): reading or writing broke off: \(Self.reason(code))")
  }

  /// What the system calls an error.
  package static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
