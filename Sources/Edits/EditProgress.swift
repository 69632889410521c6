/// News of a running edit.
public enum EditProgress: Sendable {
  /// A part of the work has begun.
  case stage(Stage)
  /// A denoising step is done: how many of how many, and an estimate of the seconds that the rest takes.
  case step(Int, of: Int, secondsLeft: Double)
  /// So much of the running part is done, 0 to 1, and an estimate of the seconds that its rest takes.
  case portion(Double, secondsLeft: Double)
  /// Something was dropped, cut or chosen: a sentence for the user.
  case notice(String)

  /// The parts of an edit, in order.
  public enum Stage: String, Sendable {
    case loading = "loading the model"
    case encodingPrompt = "encoding the prompt"
    case encodingImage = "encoding the picture"
    case denoising = "denoising"
    case decoding = "decoding"
    case finishing = "finishing"
  }
}
