import ArgumentParser
import SparseditKit

/// What tells foreground from background, and how its border is refined.
struct ForegroundOptions: ParsableArguments {
  @Option(name: .long, help: "A mask of the foreground: white is kept.")
  var foreground: String?

  @Option(name: .long, help: "A mask of the background: white is replaced.")
  var mask: String?

  @Option(name: .long, help: "A trimap: white is foreground, black background, grey is found out.")
  var trimap: String?

  @Option(
    name: .long, help: "A box around the foreground: x,y,width,height in pixels.",
    transform: { try text($0, as: PixelBox.self) })
  var rectangle: PixelBox?

  @Option(name: .long, help: "Scribbles: white marks foreground, black background, grey nothing.")
  var scribbles: String?

  @Flag(name: .long, help: "The picture's own alpha, as it is.")
  var ownAlpha = false

  @Option(name: .long, help: "How the border is refined: closed-form, guided-filter or none.")
  var refine: BackgroundRequest.Refinement = .closedForm

  @Option(
    name: .long,
    help:
      "Pixels to either side of a mask's border to look at. (default: 1.5 % of the shorter side, at least 3)")
  var unknownRadius: Double?

  @Option(name: .long, help: "How much of the old background's colour is taken out of the border, 0 to 1.")
  var decontaminate: Float = 1

  /// Puts what the flags say into a request.
  func fill(_ request: inout BackgroundRequest) {
    request.foreground = foreground.map { InputFile($0) }
    request.mask = mask.map { InputFile($0) }
    request.trimap = trimap.map { InputFile($0) }
    request.rectangle = rectangle
    request.scribbles = scribbles.map { InputFile($0) }
    request.ownAlpha = ownAlpha
    request.refine = refine
    request.unknownRadius = unknownRadius
    request.decontaminate = decontaminate
  }
}
