/// What every diffusion edit takes; nil leaves a setting to the model.
public struct DiffusionOptions: Sendable {
  /// What the picture, or the repainted region, should show.
  public var prompt: String
  /// What it should not show; has no effect without guidance.
  public var negativePrompt = ""
  /// Denoising steps, 1 to 1000.
  public var steps: Int?
  /// Guidance scale; 1 or less turns guidance off.
  public var guidance: Float?
  /// How far high guidance is kept from burning colours, 0 to 1.
  public var guidanceRescale: Float?
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
  /// Sampling method: `euler`, `unipc` or `lcm`.
  public var sampler: String?
  /// Shift of the noise schedule.
  public var flowShift: Float?
  /// Share of attention blocks to leave out, 0 to 0.95.
  public var sparsity: Float?
  /// In masked edits, steps from one forward of the whole window to the next; in between, only the tokens that the
  /// mask touches are computed. 0 or 1 computes everything at every step.
  public var reuse: Int?
  /// Side in pixels of the windows that the model sees at once; nil is the largest that the model was trained at.
  public var window: Int?
  /// Overlap of the windows in pixels.
  public var overlap: Int?
  /// safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  public var noiseFile: String?
  /// safetensors file that receives the latents of the last step.
  public var latentsFile: String?
  /// Directory whose `scheduler_config.json` replaces the model's.
  public var scheduleDirectory: String?
  /// Holds the colours of several edits together; requests that are to match share one.
  public var colorHold: ColorHold?
  /// Picture file that shows the state of the work while it runs.
  public var previewFile: String?

  /// Options with everything but the prompt left to the model.
  public init(prompt: String) {
    self.prompt = prompt
  }
}
