import ArgumentParser
import SparseditKit

/// Colours to hold a result to.
struct ColorReferenceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Hold the new pixels' colours to a picture's, or to figures as recipes give them (lab:...).",
      valueName: "picture"))
  var colorReference: String?

  /// Puts the hold into the options; an item's own wish goes before its batch's.
  func fill(_ options: inout DiffusionOptions, matchesFirst: Bool = false) throws {
    if let colorReference {
      options.colorHold = try ColorHold(colorReference)
    } else if matchesFirst {
      options.colorHold = ColorHold()
    }
  }

  /// The file that is read, if it is one.
  var inputs: [String] { colorReference.map { $0.hasPrefix("lab:") ? [] : [$0] } ?? [] }
}

/// Colours to hold several results to.
struct ColorHoldOptions: ParsableArguments {
  @Flag(name: .long, help: "With --batch-count: hold all results to the colours of the first.")
  var matchColor = false

  @OptionGroup var reference: ColorReferenceOptions

  func validate() throws {
    if matchColor, reference.colorReference != nil {
      throw ValidationError("Give --match-color or --color-reference, not both.")
    }
  }

  func fill(_ options: inout DiffusionOptions) throws {
    try reference.fill(&options, matchesFirst: matchColor)
  }
}
