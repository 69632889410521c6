/// What a batch's journal says of an item.
package struct BatchRecord: Codable, Sendable, Equatable {
  package enum Status: String, Codable, Sendable {
    case done, failed
  }

  package var fingerprint: BatchFingerprint
  package var status: Status
  /// What the item is called, for people.
  package var name: String
  /// Paths of what it wrote.
  package var outputs: [String]
  /// Bytes of all outputs together.
  package var bytes: Int
  /// What the item's colours became for those after it, if it was the first of a batch that holds them.
  package var colors: String?
  /// Why it failed.
  package var error: String?

  package init(
    fingerprint: BatchFingerprint, status: Status, name: String, outputs: [String] = [], bytes: Int = 0,
    colors: String? = nil, error: String? = nil
  ) {
    self.fingerprint = fingerprint
    self.status = status
    self.name = name
    self.outputs = outputs
    self.bytes = bytes
    self.colors = colors
    self.error = error
  }
}
