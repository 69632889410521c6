import CKernels

/// The process's one pool of threads for arithmetic.
///
/// There is one level of parallelism: a call from inside a task, or while another thread is using the pool, runs
/// on the calling thread. Work is cut by shape and never by the number of threads, so results do not depend on it.
package enum ThreadPool {
  /// Threads that share the work, the caller included. Setting 0 means all processors the process may use.
  package static var threadCount: Int {
    get { Int(ck_thread_count()) }
    set { ck_set_thread_count(Int32(clamping: newValue)) }
  }

  /// Calls `body` once for each index in `0..<count`, on several threads, and returns when all calls have.
  ///
  /// Indices are handed out in order. `body` must not write what another index reads or writes.
  package static func parallel(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var box = TaskBox(body: body)
      unsafe withUnsafeMutablePointer(to: &box) { context in
        unsafe ck_parallel(Int64(count), context) { context, index in
          guard let context = unsafe context else { return }
          unsafe context.assumingMemoryBound(to: TaskBox.self).pointee.body(Int(index))
        }
      }
    }
  }

  /// Splits `0..<count` into ranges of about `grain` and calls `body` with each on several threads.
  package static func parallelRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let grain = max(1, grain)
    parallel((count + grain - 1) / grain) { index in
      body(index * grain..<min(count, (index + 1) * grain))
    }
  }

  /// Splits rows of `width` elements so that a range is worth handing to another thread.
  static func parallelRows(_ rows: Int, width: Int, _ body: (Range<Int>) -> Void) {
    parallelRanges(rows, grain: max(1, 16_384 / max(1, width)), body)
  }

  /// Splits `count` elements so that a range is worth handing to another thread.
  static func parallelElements(_ count: Int, _ body: (Range<Int>) -> Void) {
    parallelRanges(count, grain: 16_384, body)
  }

  private struct TaskBox {
    let body: (Int) -> Void
  }
}
