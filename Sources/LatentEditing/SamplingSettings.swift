public import Schedulers

/// How an edit samples: what a request asks for, what a model wants by default, and what a run came to.
///
/// Nil leaves a setting to whoever is asked next: a request's to the model, a model's to HiDream-I1's habits.
public struct SamplingSettings: Codable, Sendable, Hashable {
  /// Denoising steps, 1 to 1000; 0 fills a region and asks no model.
  public var steps: Int?
  /// Guidance: how strongly the prompt is followed, 0 to 100; 1 or less turns it off.
  public var cfgScale: Float?
  /// Share, 0 to 1, by which high guidance is kept from burning colours.
  public var guidanceRescale: Float?
  /// Noise level, 0 to 1, from which on the model sees what surrounds a region as it is.
  public var cleanContext: Float?
  /// The sampling method.
  public var samplingMethod: SamplingMethod?
  /// Shift of the noise schedule, over 0 to 100.
  public var flowShift: Float?
  /// Share of attention blocks to leave out, 0 to 0.95.
  public var sparsity: Float?
  /// In masked edits, steps from one forward of the whole window to the next; in between, only the tokens that the
  /// mask touches are computed. 0 or 1 computes everything at every step.
  public var reuse: Int?
  /// Side in pixels of the windows that the model sees at once, 64 to 16384; a model's own is the largest that it was
  /// trained at.
  public var window: Int?
  /// Overlap of the windows in pixels, 0 to 8192.
  public var overlap: Int?

  /// Settings that leave everything open.
  public init() {}

  /// These settings, and those of `other` where these leave something open.
  package func filled(from other: SamplingSettings) -> SamplingSettings {
    var result = self
    result.steps = steps ?? other.steps
    result.cfgScale = cfgScale ?? other.cfgScale
    result.guidanceRescale = guidanceRescale ?? other.guidanceRescale
    result.cleanContext = cleanContext ?? other.cleanContext
    result.samplingMethod = samplingMethod ?? other.samplingMethod
    result.flowShift = flowShift ?? other.flowShift
    result.sparsity = sparsity ?? other.sparsity
    result.reuse = reuse ?? other.reuse
    result.window = window ?? other.window
    result.overlap = overlap ?? other.overlap
    return result
  }

  /// What is wrong with the first setting that is out of its range, as a sentence that names it; nil when all is well.
  package var problem: String? {
    func outside<Value: Comparable>(_ name: String, _ value: Value?, _ range: ClosedRange<Value>) -> String? {
      guard let value, !range.contains(value) else { return nil }
      func plain(_ bound: Value) -> String { "\(bound)".replacing(/\.0$/, with: "") }
      return "`\(name)` must be \(plain(range.lowerBound)) to \(plain(range.upperBound)), found \(value)."
    }
    var problems = [
      outside("steps", steps, 0...1000), outside("cfg_scale", cfgScale, 0...100),
      outside("window", window, 64...16384), outside("overlap", overlap, 0...8192),
      outside("guidance_rescale", guidanceRescale, 0...1), outside("clean_context", cleanContext, 0...1),
      outside("sparsity", sparsity, 0...0.95), outside("reuse", reuse, 0...1000),
    ]
    if let flowShift, !(flowShift > 0 && flowShift <= 100) {
      problems.append("`flow_shift` must be above 0 and at most 100, found \(flowShift).")
    }
    return problems.lazy.compactMap(\.self).first
  }
}
