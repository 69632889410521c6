import SparseditKit

/// What a batch prints of an item: one line of JSON.
struct BatchLine: Encodable {
  enum Status: String, Encodable {
    case done, skipped, failed
  }

  let item: Int
  let name: String
  var status = Status.done
  var outputs: [String] = []
  var error: String?
  /// What the command by itself would have ended with.
  var exitStatus: Int32 = 0
  var reports: [CommandHost.Report] = []

  init(item: Int, name: String) {
    self.item = item
    self.name = name
  }

  mutating func fail(_ error: SparseditError) {
    status = .failed
    self.error = FieldNames.asFlags(error.description)
    exitStatus = error.category.rawValue
  }

  private enum CodingKeys: String, CodingKey {
    case item, name, status, outputs, error, reports
    case exitStatus = "exit_status"
  }
}
