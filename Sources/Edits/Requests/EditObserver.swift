/// Who watches an edit, and may stop it.
package struct EditObserver: Sendable {
  package let cancellation: Cancellation
  package let tell: @Sendable (EditProgress) -> Void

  package init(cancellation: Cancellation, tell: @escaping @Sendable (EditProgress) -> Void) {
    self.cancellation = cancellation
    self.tell = tell
  }
}
