package import LatentEditing

/// A switch that stops running edits from another thread or from a signal handler.
///
/// A stopped edit throws `SparseditError` of category `interrupted` and leaves no file behind.
public final class Cancellation: Sendable {
  package let flag = CancellationFlag()

  /// A switch that has not been thrown.
  public init() {}

  /// Asks the work to stop before its next block.
  public func cancel() { flag.cancel() }

  /// True once it was asked to.
  public var isCancelled: Bool { flag.isCancelled }
}

extension Cancellation {
  /// Throws once the work was asked to stop.
  package func check() throws(SparseditError) {
    if isCancelled { throw SparseditError(.interrupted, "interrupted; nothing was written") }
  }
}
