/// The place of a result, and of what is written beside it; no recipe says any of this.
public struct OutputRequest: Sendable {
  /// Path of the picture; the extension chooses PNG, JPEG or TIFF.
  public var path: String
  /// True to write the recipe into the picture.
  public var recordsRecipe = true
  /// True to let the output replace an input; any other file of that name is replaced in any case.
  public var overwrites = false
  /// A picture file that shows the state of the work while it runs.
  public var preview: String?
  /// A safetensors file that receives the latents of the last step.
  public var latents: String?
  /// Of a background: where the matte goes, a grey picture of 16 bits.
  public var matte: String?
  /// Of a background: where the cut-out foreground goes, a picture with alpha.
  public var cutOut: String?
  /// Of a background: where the clean plate goes, the old background without the foreground.
  public var plate: String?
  /// Of a texture: also write a picture of so many repeats beside it.
  public var repeats: Repeats?
  /// Of an enlargement: go on with an interrupted run whose state lies beside the output, if there is one.
  public var resumes = false

  /// Columns and rows of repeats.
  public struct Repeats: Sendable, Hashable {
    /// Repeats across, 1 to 64.
    public var columns: Int
    /// Repeats down, 1 to 64.
    public var rows: Int

    /// So many across and down.
    public init(columns: Int, rows: Int) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// A new file at `path`.
  public init(_ path: String) {
    self.path = path
  }

  /// Pictures that are written besides the result.
  var sidePictures: [String] { [matte, cutOut, plate].compactMap(\.self) }

  /// Every file that is there when the edit is done.
  package var files: [String] { [path] + sidePictures + [sheetPath, latents].compactMap(\.self) }

  /// Where the sheet of repeats goes that belongs to a texture.
  package var sheetPath: String? { repeats.map { path.numbered("-\($0.columns)x\($0.rows)") } }
}

extension String {
  /// A path with `suffix` before its extension.
  package func numbered(_ suffix: String) -> String {
    let name = lastIndex(of: "/").map { index(after: $0) } ?? startIndex
    let dot = self[name...].lastIndex(of: ".") ?? endIndex
    return self[..<dot] + suffix + self[dot...]
  }
}
