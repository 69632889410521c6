/// A picture to make from a prompt.
public struct GenerateRequest: Sendable {
  /// Prompt, steps, seed and the rest.
  public var options: DiffusionOptions
  /// Size in pixels, a multiple of 16; nil is the model's native size.
  public var width: Int?
  /// Size in pixels, a multiple of 16; nil is the model's native size.
  public var height: Int?

  /// A picture of the model's native size, unless a size is given.
  public init(options: DiffusionOptions, width: Int? = nil, height: Int? = nil) {
    self.options = options
    self.width = width
    self.height = height
  }

  /// A picture of the model's native size.
  public init(prompt: String) {
    self.init(options: DiffusionOptions(prompt: prompt))
  }
}
