import Dispatch

/// Runs what it is given one after the other, in order, on a thread that is nobody's: an edit takes seconds to hours and
/// must not hold up the threads of Swift's tasks.
final class EditQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "sparsedit.edits")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Runs `work` after all that was begun before.
  func begin(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
