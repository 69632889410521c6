/// Where a result goes.
public struct OutputRequest: Sendable {
  /// Path of the picture; the extension chooses PNG, JPEG or TIFF.
  public var path: String
  /// Whether the recipe is written into the picture.
  public var recordsRecipe = true
  /// Whether the output may replace an input; any other file of that name is replaced in any case.
  public var overwrites = false

  /// A new file at `path`.
  public init(_ path: String) {
    self.path = path
  }
}
