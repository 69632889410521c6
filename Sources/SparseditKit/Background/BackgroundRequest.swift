/// A picture whose background is to be replaced, or whose foreground is to be cut out.
///
///     var job = BackgroundRequest(image: "dog.jpg", foreground: .rectangle(x: 40, y: 20, width: 300, height: 260))
///     job.background = .color(red: 1, green: 1, blue: 1)
///     let report = try job.run(to: OutputRequest("dog-on-white.png"))
public struct BackgroundRequest: Sendable {
  /// What tells foreground from background. Files are pictures of the image's size.
  public enum Foreground: Sendable {
    /// The picture's own alpha channel, taken as it is.
    case ownAlpha
    /// A mask of the background, as everywhere: white is repainted. Its border is refined.
    case backgroundMask(String)
    /// A mask of the foreground: white is kept. Its border is refined.
    case foregroundMask(String)
    /// White is foreground, black is background, grey is to be found out.
    case trimap(String)
    /// A box around the foreground.
    case rectangle(x: Int, y: Int, width: Int, height: Int)
    /// White marks foreground, black background, grey nothing.
    case scribbles(String)
  }

  /// What takes the old background's place where no prompt describes it.
  public enum Background: Sendable {
    case transparent
    /// sRGB-encoded, 0 to 1.
    case color(red: Float, green: Float, blue: Float)
    /// A picture, scaled to cover the image and cut at its middle.
    case picture(String)
  }

  /// How alpha is found along the border.
  public enum Refinement: String, Sendable, CaseIterable {
    /// Fine detail at a cost: seconds for a megapixel.
    case closedForm = "closed-form"
    /// Fast, for large pictures.
    case guidedFilter = "guided-filter"
    /// The mask as it is.
    case none
  }

  /// The picture: PNG, JPEG or TIFF.
  public var image: String
  /// What tells foreground from background.
  public var foreground: Foreground
  /// What takes the old background's place.
  public var background = Background.transparent
  /// How alpha is found along the border.
  public var refinement = Refinement.closedForm
  /// Pixels to either side of a mask's border where alpha is in doubt; nil is 1.5 % of the shorter side.
  public var unknownRadius: Double?
  /// How much of the old background's colour is taken out of the foreground's border, 0 to 1.
  public var decontamination: Float = 1
  /// How far the foreground's tone is moved towards the new background, 0 to 1.
  public var harmonization: Float = 0
  /// Colours of cut-outs are multiplied by alpha.
  public var premultiplied = false
  /// Where the matte goes: a grey picture of 16 bits.
  public var matteOutput: String?
  /// Where the cut-out foreground goes: a picture with alpha.
  public var cutOutOutput: String?
  /// Where the clean plate goes: the old background without the foreground.
  public var plateOutput: String?

  /// A foreground to be cut out of a picture.
  public init(image: String, foreground: Foreground) {
    self.image = image
    self.foreground = foreground
  }

  /// The files that are read.
  var inputs: [String] {
    var paths = [image]
    switch foreground {
    case .backgroundMask(let path), .foregroundMask(let path), .trimap(let path), .scribbles(let path):
      paths.append(path)
    case .ownAlpha, .rectangle: break
    }
    if case .picture(let path) = background { paths.append(path) }
    return paths
  }

  /// The files that are written besides the result.
  var sideOutputs: [String] { [matteOutput, cutOutOutput, plateOutput].compactMap { $0 } }
}
