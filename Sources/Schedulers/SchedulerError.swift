/// What a scheduler could not do, with the setting that stands in its way.
package enum SchedulerError: Error, Equatable, CustomStringConvertible {
  /// A setting of `scheduler_config.json` that no scheduler here implements.
  case unsupported(setting: String, found: String, supported: String)
  /// A number outside the range it must lie in.
  case outOfRange(setting: String, found: String, expected: String)
  /// A step was asked for that the schedule does not have, or out of order.
  case noSuchStep(index: Int, count: Int)
  /// The sampler draws noise at this step and was given none.
  case missingNoise(index: Int)
  /// Latents, prediction and noise differ in shape.
  case shape(name: String, expected: [Int], found: [Int])
  /// A run cannot go on from this many remembered tensors.
  case history(expected: Int, found: Int)

  package var description: String {
    switch self {
    case .unsupported(let setting, let found, let supported):
      "the scheduler setting \(setting) is \(found); supported: \(supported)"
    case .outOfRange(let setting, let found, let expected):
      "\(setting) is \(found); it must be \(expected)"
    case .noSuchStep(let index, let count):
      "step \(index) was asked of a schedule of \(count) steps, which are taken in order from 0"
    case .missingNoise(let index):
      "the sampler draws fresh noise at step \(index) and was given none"
    case .shape(let name, let expected, let found):
      "\(name) has shape \(found); the latents have \(expected)"
    case .history(let expected, let found):
      "the interrupted run remembers \(found) tensors of earlier steps; the sampler needs \(expected)"
    }
  }
}
