public import Edits
import Models
import Tensors

/// Edits pictures with one model: one edit at a time, in the order in which they were begun.
///
///     let editor = Editor()
///     let request = InpaintRequest(image: "wall.jpg", mask: "hole.png", prompt: "mossy stone wall")
///     let report = try await editor.run(request, to: OutputRequest("wall.png"))
///
/// The model is opened by the first edit that needs it, or by ``open()``. Each edit is a ``Job`` of its own, which can be
/// watched and cancelled; an edit uses all cores. Errors are `SparseditError`.
public actor Editor {
  /// The editor's model, threads and limits.
  public nonisolated let configuration: EditorConfiguration
  /// The thread of the edits.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.asUnownedSerialExecutor() }

  private let queue = EditQueue()
  private var opened: (model: Model, seconds: Double)?

  /// An editor whose model is not opened yet.
  public init(_ configuration: EditorConfiguration = EditorConfiguration()) {
    self.configuration = configuration
    if let threads = configuration.threads { ThreadPool.threadCount = threads }
  }

  /// Opens the model now, so that the first edit need not.
  public func open() throws(SparseditError) {
    try translatingErrors { _ = try model { _ in } }
  }

  /// Begins an edit, which runs when those begun before are done.
  ///
  /// - Parameters:
  ///   - colorHold: shared by edits whose colours are to match.
  ///   - cancellation: a switch that stops the edit; several jobs may share one.
  ///   - progress: called with every step and notice, on the thread that runs the edit.
  public nonisolated func start(
    _ request: any EditRequest, to output: OutputRequest, colorHold: ColorHold? = nil,
    cancellation: Cancellation = Cancellation(),
    progress: @escaping @Sendable (EditProgress) -> Void = { _ in }
  ) -> Job {
    let job = Job(cancellation)
    queue.begin {
      self.assumeIsolated { editor in
        job.perform { () throws(SparseditError) in
          try editor.perform(
            request, to: output, colorHold: colorHold,
            EditObserver(cancellation: cancellation, tell: progress))
        }
      }
    }
    return job
  }

  /// Does an edit after those that were begun before; a cancelled task cancels it.
  public nonisolated func run(
    _ request: any EditRequest, to output: OutputRequest, colorHold: ColorHold? = nil,
    progress: @escaping @Sendable (EditProgress) -> Void = { _ in }
  ) async throws(SparseditError) -> EditReport {
    let job = start(request, to: output, colorHold: colorHold, progress: progress)
    let result = await withTaskCancellationHandler {
      await job.result
    } onCancel: {
      job.cancel()
    }
    return try result.get()
  }

  private func perform(
    _ request: any EditRequest, to output: OutputRequest, colorHold: ColorHold?, _ observer: EditObserver
  ) throws(SparseditError) -> EditReport {
    try translatingErrors {
      let start = ContinuousClock.now
      try observer.cancellation.check()
      try request.validate()
      try output.check(protecting: request.inputPaths)
      try output.checkSideFiles(protecting: request.inputPaths)
      var report: EditReport
      if let edit = request as? any PictureEdit, edit.needsNoModel {
        report = try edit.run(observer, to: output)
        report.seconds.total = (ContinuousClock.now - start) / .seconds(1)
      } else if let edit = request as? any ModelEdit {
        guard (request as? any DiffusionRequest)?.sampling.steps != 0 else {
          throw SparseditError(
            .usage, "`steps` must be 1 to 1000, found 0: only inpaint fills without a model.")
        }
        let (model, seconds) = try model(observer.tell)
        let start = ContinuousClock.now
        var session = EditSession(model, output, colorHold, observer)
        report = try edit.run(&session, to: output)
        report.seconds = EditReport.Seconds(
          session.seconds, load: seconds, edit: (ContinuousClock.now - start) / .seconds(1))
      } else {
        throw SparseditError(.usage, "no editor can do a request of \(type(of: request).verb)")
      }
      for notice in report.notices { observer.tell(.notice(notice)) }
      report.peakMemoryBytes = ProcessMemory.peak
      return report
    }
  }

  /// The model, opened if it is not, and the seconds that took.
  private func model(_ tell: (EditProgress) -> Void) throws -> (model: Model, seconds: Double) {
    if let opened { return opened }
    let start = ContinuousClock.now
    tell(.stage(.loading))
    let model = try Model(
      opening: configuration.source, compute: configuration.compute.precision,
      memoryLimit: configuration.maxMemory)
    for notice in model.notices { tell(.notice(notice)) }
    let opened = (model, (ContinuousClock.now - start) / .seconds(1))
    self.opened = opened
    return opened
  }
}
