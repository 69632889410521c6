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

  /// Colours that a request is held to.
  var reference: ColorReference? { colorReference.map { ColorReference($0) } }
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
}
