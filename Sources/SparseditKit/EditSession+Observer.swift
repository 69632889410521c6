import Edits
import Models

extension EditSession {
  /// A session whose events reach an observer, the preview included.
  init(_ model: Model, _ output: OutputRequest, _ colorHold: ColorHold?, _ observer: EditObserver) {
    let preview = output.preview.map { PreviewWriter(path: $0, model: model) }
    let clock = StepClock()
    self.init(model: model, cancellation: observer.cancellation.flag, colorHold: colorHold) { event in
      switch event {
      case .stage(let stage):
        clock.restart()
        observer.tell(.stage(stage))
      case .step(let done, let count, let prediction):
        preview?.show(prediction, isLast: done == count)
        observer.tell(.step(done, of: count, secondsLeft: clock.secondsLeft(done: done, of: count)))
      case .portion(let share):
        observer.tell(.portion(share, secondsLeft: clock.secondsLeft(share: share)))
      case .notice(let sentence): observer.tell(.notice(sentence))
      }
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
