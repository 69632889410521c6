package import Tensors

/// What a running edit tells its observer.
package enum EditEvent: Sendable {
  package typealias Stage = EditProgress.Stage

  case stage(Stage)
  /// Steps done of how many; `prediction` is the picture so far as clean latents.
  case step(Int, of: Int, prediction: Tensor)
  /// Share of the stage that is done, 0...1, where it takes long.
  case portion(Double)
  case notice(String)
}
