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

  @Option(name: .long, help: "A box around the foreground: x,y,width,height in pixels.")
  var rectangle: String?

  @Option(name: .long, help: "Scribbles: white marks foreground, black background, grey nothing.")
  var scribbles: String?

  @Flag(name: .long, help: "The picture's own alpha, as it is.")
  var ownAlpha = false

  @Option(name: .long, help: "How the border is refined: closed-form, guided-filter or none.")
  var refine: RefinementChoice = .closedForm

  @Option(
    name: .long,
    help:
      "Pixels to either side of a mask's border to look at. (default: 1.5 % of the shorter side, at least 3)")
  var unknownRadius: Double?

  @Option(name: .long, help: "How much of the old background's colour is taken out of the border, 0 to 1.")
  var decontaminate: Float = 1

  func validate() throws {
    let given = [
      foreground != nil, mask != nil, trimap != nil, rectangle != nil, scribbles != nil, ownAlpha,
    ].count { $0 }
    guard given <= 1 else {
      throw ValidationError(
        "Give one of --foreground, --mask, --trimap, --rectangle, --scribbles and --own-alpha, found \(given)."
      )
    }
    guard (0...1).contains(decontaminate) else {
      throw ValidationError("--decontaminate must be 0 to 1, found \(decontaminate).")
    }
    if let unknownRadius, !(unknownRadius.isFinite && (0...4096).contains(unknownRadius)) {
      throw ValidationError("--unknown-radius must be 0 to 4096 pixels, found \(unknownRadius).")
    }
    _ = try box()
  }

  /// The files that are read.
  var inputs: [String] { [foreground, mask, trimap, scribbles].compactMap { $0 } }

  func choice() throws -> BackgroundRequest.Foreground {
    if let foreground { return .foregroundMask(foreground) }
    if let mask { return .backgroundMask(mask) }
    if let trimap { return .trimap(trimap) }
    if let scribbles { return .scribbles(scribbles) }
    return try box() ?? .ownAlpha
  }

  private func box() throws -> BackgroundRequest.Foreground? {
    guard let rectangle else { return nil }
    let parts = rectangle.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ abs($0) <= 1 << 24 }) else {
      throw ValidationError("--rectangle must be x,y,width,height in pixels, found '\(rectangle)'.")
    }
    return .rectangle(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }
}

enum RefinementChoice: String, ExpressibleByArgument, CaseIterable {
  case closedForm = "closed-form"
  case guidedFilter = "guided-filter"
  case none

  var choice: BackgroundRequest.Refinement {
    switch self {
    case .closedForm: .closedForm
    case .guidedFilter: .guidedFilter
    case .none: .none
    }
  }
}
