import LatentEditing
import Edits
import Models
import Tensors

/// Edits pictures with one opened model.
///
///     let editor = try Editor()
///     let job = InpaintRequest(image: "wall.jpg", mask: "hole.png", prompt: "mossy stone wall")
///     let report = try editor.inpaint(job, to: OutputRequest("wall.png"))
///
/// Edits run one at a time on all cores; an editor may be used from any thread. Errors are `SparseditError`.
public final class Editor: Sendable {
  let model: Model
  let configuration: EditorConfiguration
  let loadSeconds: Double

  /// Opens the model.
  public init(_ configuration: EditorConfiguration = EditorConfiguration()) throws(SparseditError) {
    self.configuration = configuration
    let start = ContinuousClock.now
    if let threads = configuration.threads { ThreadPool.threadCount = threads }
    configuration.progress(.stage(.loading))
    model = try translatingErrors {
      try Model(
        opening: configuration.source, compute: configuration.compute.precision,
        memoryLimit: configuration.maxMemory)
    }
    for notice in model.notices { configuration.progress(.notice(notice)) }
    loadSeconds = (ContinuousClock.now - start) / .seconds(1)
  }

  /// `seed`, or one drawn at random and announced when it is negative.
  public func drawnSeed(_ seed: Int64) -> Int64 {
    guard seed < 0 else { return seed }
    let drawn = Int64.random(in: 0..<1 << 32)
    configuration.progress(.notice("seed \(drawn)"))
    return drawn
  }

  /// A session whose events reach the configured observer, the preview included.
  ///
  /// Throws before any work when the preview or the latents could not be written or would replace one of `inputs`.
  func session(_ options: DiffusionOptions, protecting inputs: [String]) throws -> EditSession {
    try options.previewFile.map { try OutputRequest($0).check(protecting: inputs) }
    try options.latentsFile.map { try OutputRequest($0).checkCanBeWritten(protecting: inputs) }
    let progress = configuration.progress
    let preview = options.previewFile.map { PreviewWriter(path: $0, model: model) }
    let clock = StepClock()
    return EditSession(model: model, cancellation: configuration.cancellation.flag) { event in
      switch event {
      case .stage(let stage):
        clock.restart()
        progress(.stage(EditProgress.Stage(stage)))
      case .step(let done, let count, let prediction):
        preview?.show(prediction, isLast: done == count)
        progress(.step(done, of: count, secondsLeft: clock.secondsLeft(done: done, of: count)))
      case .portion(let share): progress(.portion(share, secondsLeft: clock.secondsLeft(share: share)))
      case .notice(let sentence): progress(.notice(sentence))
      }
    }
  }
}

extension EditProgress.Stage {
  init(_ stage: EditEvent.Stage) {
    self =
      switch stage {
      case .encodingPrompt: .encodingPrompt
      case .encodingImage: .encodingImage
      case .denoising: .denoising
      case .decoding: .decoding
      case .finishing: .finishing
      }
  }
}

/// Estimates how long the rest of a stage will take.
private final class StepClock {
  private var start = ContinuousClock.now
  /// The share that was done when it was first asked, and when: work that an earlier run did took no time.
  private var first: (share: Double, time: ContinuousClock.Instant)?

  func restart() { (start, first) = (.now, nil) }

  func secondsLeft(done: Int, of count: Int) -> Double {
    done == 0 ? 0 : (ContinuousClock.now - start) / .seconds(1) / Double(done) * Double(count - done)
  }

  func secondsLeft(share: Double) -> Double {
    let now = ContinuousClock.now
    let first = first ?? (share, now)
    self.first = first
    guard share > first.share else { return 0 }
    return (now - first.time) / .seconds(1) / (share - first.share) * (1 - share)
  }
}
