import LatentEditing
import Tensors

/// What an edit did and what it cost: the object that `--json` prints.
///
/// Keys are those of the command's documentation; what does not apply to an edit is null.
public struct EditReport: Encodable, Sendable {
  /// Seconds by stage of the run.
  public struct Seconds: Encodable, Sendable {
    /// Opening the model.
    public var load = 0.0
    /// Text encoders.
    public var encodePrompt = 0.0
    /// Reading the pictures and the autoencoder's way in.
    public var encodeImage = 0.0
    /// The transformer, all steps.
    public var denoise = 0.0
    /// The autoencoder's way out.
    public var decode = 0.0
    /// Compositing, checking and writing.
    public var finish = 0.0
    /// Everything.
    public var total = 0.0

    private enum CodingKeys: String, CodingKey {
      case load, denoise, decode, finish, total
      case encodePrompt = "encode_prompt"
      case encodeImage = "encode_image"
    }
  }

  /// A part of the mask that was worked on by itself.
  public struct Region: Encodable, Sendable {
    /// Left edge of its box on the picture.
    public var x: Int
    /// Upper edge of its box.
    public var y: Int
    /// Pixels across.
    public var width: Int
    /// Pixels down.
    public var height: Int
    /// Pixels of the mask over 0.
    public var pixels: Int
    /// Width in pixels at which the model saw it with its surroundings.
    public var modelWidth: Int
    /// The same from top to bottom.
    public var modelHeight: Int
    /// Gradient across its border over the mean gradient inside.
    public var seamRatio: Double?
    /// What fills it, where that is not the model's: `patch` are pieces of its surroundings.
    public var fill: String?

    private enum CodingKeys: String, CodingKey {
      case x, y, width, height, pixels, fill
      case modelWidth = "model_width"
      case modelHeight = "model_height"
      case seamRatio = "seam_ratio"
    }
  }

  /// Path of the picture that was written.
  public var output: String
  /// Its size in pixels.
  public var width: Int
  /// Its size in pixels.
  public var height: Int
  /// Seed of the noise, also when it was drawn at random.
  public var seed: Int64
  /// Denoising steps taken.
  public var steps: Int
  /// Name of the model.
  public var model: String
  /// Seconds by stage.
  public var seconds = Seconds()
  /// Threads that shared the arithmetic.
  public var threads = ThreadPool.threadCount
  /// Largest resident size of the process so far, in bytes.
  public var peakMemoryBytes = 0
  /// Largest difference of a sample outside the mask, in units of the source's format; 0 for a good edit.
  public var maxDifferenceOutsideMask: Double?
  /// Pixels of which at least one sample changed.
  public var changedPixels: Int?
  /// Gradient across the seam over the mean gradient inside.
  public var seamRatio: Double?
  /// The same across the left and right border of a texture.
  public var seamRatioX: Double?
  /// The same across the upper and lower border of a texture.
  public var seamRatioY: Double?
  /// The parts of the mask, where there may be several.
  public var regions: [Region]?
  /// Share of attention score blocks that were never computed.
  public var attentionSparsity: Double?
  /// Share of the steps, 0 to 1, that an interrupted run of this edit had taken before.
  public var resumedAt: Double?
  /// Image tokens of all forwards of the transformer.
  public var tokens: Int?
  /// Those of them that were computed; the rest was kept from earlier steps.
  public var computedTokens: Int?
  /// Depth and channels of the picture, where the edit says them.
  public var format: String?
  /// Sentences on what was dropped, cut or chosen.
  public var notices: [String] = []

  init(
    output: String, width: Int, height: Int, seed: Int64 = 0, sampling: SamplingSettings = SamplingSettings(),
    model: String = "none"
  ) {
    self.output = output
    self.width = width
    self.height = height
    self.seed = seed
    steps = sampling.steps ?? 0
    self.model = model
  }

  /// Fills in what the transformer's forwards cost.
  mutating func charge(_ cost: DenoiserCost) {
    attentionSparsity = cost.attentionSparsity
    tokens = cost.tokens
    computedTokens = cost.computedTokens
  }

  private enum CodingKeys: String, CodingKey {
    case output, width, height, seed, steps, model, seconds, threads, format, notices, regions
    case peakMemoryBytes = "peak_memory_bytes"
    case maxDifferenceOutsideMask = "max_difference_outside_mask"
    case changedPixels = "changed_pixels"
    case seamRatio = "seam_ratio"
    case attentionSparsity = "attention_sparsity"
    case resumedAt = "resumed_at"
    case tokens = "tokens_total"
    case computedTokens = "tokens_computed"
  }

  private enum Axis: String, CodingKey {
    case x, y
  }

  /// Writes every key of the documented object, null where it does not apply.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
    try container.encode(seed, forKey: .seed)
    try container.encode(steps, forKey: .steps)
    try container.encode(model, forKey: .model)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(threads, forKey: .threads)
    try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
    try container.encode(maxDifferenceOutsideMask, forKey: .maxDifferenceOutsideMask)
    try container.encode(changedPixels, forKey: .changedPixels)
    if seamRatioX != nil || seamRatioY != nil {
      var axes = container.nestedContainer(keyedBy: Axis.self, forKey: .seamRatio)
      try axes.encode(seamRatioX, forKey: .x)
      try axes.encode(seamRatioY, forKey: .y)
    } else {
      try container.encode(seamRatio, forKey: .seamRatio)
    }
    try container.encode(attentionSparsity, forKey: .attentionSparsity)
    try container.encodeIfPresent(resumedAt, forKey: .resumedAt)
    try container.encode(regions, forKey: .regions)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(computedTokens, forKey: .computedTokens)
    try container.encodeIfPresent(format, forKey: .format)
    try container.encode(notices, forKey: .notices)
  }
}

extension EditReport.Seconds {
  /// The stages of a session, and what came before and around them.
  package init(_ stages: [EditEvent.Stage: Double], load: Double, edit: Double) {
    self.load = load
    encodePrompt = stages[.encodingPrompt] ?? 0
    encodeImage = stages[.encodingImage] ?? 0
    denoise = stages[.denoising] ?? 0
    decode = stages[.decoding] ?? 0
    finish = stages[.finishing] ?? 0
    total = load + edit
  }
}
