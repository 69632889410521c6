import Schedulers

/// Which of the HiDream-I1 models a checkpoint is, and how that is known.
struct HiDreamChoice {
  let variant: HiDreamVariant
  let scheduler: SchedulerConfiguration
  /// For the user.
  let sentence: String

  /// The flag decides, then the scheduler, then the name; failing these it is taken for Full.
  ///
  /// The model's own scheduler is kept unless the flag says that it is another variant's.
  init(asked: HiDreamVariant?, published: SchedulerConfiguration?, path: String) {
    let fromScheduler = published.flatMap { HiDreamVariant(scheduler: $0) }
    let fromName = HiDreamVariant(path: path)
    let origin: String
    if let asked {
      (variant, origin) = (asked, "as --variant says")
    } else if let fromScheduler, let published {
      variant = fromScheduler
      origin = "by its scheduler, \(published.method.className) with shift \(published.shift)"
    } else if let fromName {
      (variant, origin) = (fromName, "by its name")
    } else {
      variant = .full
      origin = "as neither its scheduler nor its name says which; --variant full, dev or fast does"
    }
    if let published, fromScheduler == nil || fromScheduler == variant {
      scheduler = published
    } else {
      scheduler = variant.scheduler
    }
    sentence = "\(variant.title), \(origin)"
  }
}
