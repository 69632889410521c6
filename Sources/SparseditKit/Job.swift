import Dispatch
public import Edits
import Synchronization

/// An edit that was begun: it waits for its turn, runs, and ends with a report or an error.
///
/// May be watched and cancelled from any thread; what becomes of one job is nothing to another.
public final class Job: Sendable {
  /// States of a job.
  public enum State: Sendable {
    /// Others are before it.
    case waiting
    case running
    case finished(EditReport)
    case failed(SparseditError)
  }

  /// A report, or the error that ended the job.
  public typealias Outcome = Result<EditReport, SparseditError>

  private let cancellation: Cancellation
  private let progress = Mutex(Progress())
  private let end = DispatchGroup()

  private struct Progress {
    var state = State.waiting
    var waiting: [CheckedContinuation<Outcome, Never>] = []
  }

  init(_ cancellation: Cancellation) {
    self.cancellation = cancellation
    end.enter()
  }

  /// The job's state now.
  public var state: State { progress.withLock { $0.state } }

  /// Asks the work to stop before its next block; a job that waits ends at once. It then throws `interrupted` and leaves
  /// no file behind.
  public func cancel() {
    cancellation.cancel()
    finish(.failure(SparseditError(.interrupted, "interrupted; nothing was written"))) {
      if case .waiting = $0 { true } else { false }
    }
  }

  /// The outcome, when there is one.
  public var result: Outcome {
    get async {
      await withCheckedContinuation { continuation in
        let outcome = progress.withLock { progress -> Outcome? in
          if let outcome = progress.state.outcome { return outcome }
          progress.waiting.append(continuation)
          return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
      }
    }
  }

  /// The report, when the edit is done. Throws what ended it.
  public var report: EditReport {
    get async throws(SparseditError) { try await result.get() }
  }

  /// Blocks the calling thread until the job ends: for programs that have no tasks.
  public func wait() throws(SparseditError) -> EditReport {
    end.wait()
    guard let outcome = state.outcome else { throw SparseditError(.failed, "the job did not end") }
    return try outcome.get()
  }

  /// Runs the work, unless the job has ended already.
  func perform(_ work: () throws(SparseditError) -> EditReport) {
    let begins = progress.withLock { progress in
      guard case .waiting = progress.state else { return false }
      progress.state = .running
      return true
    }
    guard begins else { return }
    finish(Outcome(catching: work))
  }

  /// Ends the job if it is in a state that `ends`; the first end counts.
  private func finish(_ outcome: Outcome, if ends: (State) -> Bool = { $0.outcome == nil }) {
    let waiting = progress.withLock { progress -> [CheckedContinuation<Outcome, Never>]? in
      guard ends(progress.state) else { return nil }
      progress.state =
        switch outcome {
        case .success(let report): .finished(report)
        case .failure(let error): .failed(error)
        }
      defer { progress.waiting = [] }
      return progress.waiting
    }
    guard let waiting else { return }
    end.leave()
    for continuation in waiting { continuation.resume(returning: outcome) }
  }
}

extension Job.State {
  /// What the job ended with; nil before its end.
  fileprivate var outcome: Job.Outcome? {
    switch self {
    case .waiting, .running: nil
    case .finished(let report): .success(report)
    case .failed(let error): .failure(error)
    }
  }
}
