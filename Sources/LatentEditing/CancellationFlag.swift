import Synchronization

/// A switch that one thread, or a signal handler, throws and the running edit looks at.
package final class CancellationFlag: Sendable {
  private let isSet = Atomic<Bool>(false)

  package init() {}

  package var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Asks the edit to stop; it does so before its next step or block.
  package func cancel() { isSet.store(true, ordering: .relaxed) }

  /// Throws `CancellationError` once `cancel` was called.
  package func check() throws {
    if isCancelled { throw CancellationError() }
  }
}
