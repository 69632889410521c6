import ArgumentParser

struct MaskOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      "The mask, white = repaint; its alpha counts if it has one. (default: the picture's own transparency)")
  var mask: String?

  @Flag(name: .long, help: "Repaint what is black instead.")
  var invertMask = false

  @Option(
    name: .long, parsing: .unconditional,
    help: "Enlarge the mask by this many pixels, or shrink it when negative.")
  var maskGrow = 0

  @Option(
    name: .long,
    help:
      "Pixels over which the edit fades, inside the mask. (default: the larger of 4 and 10 % of its inner radius)"
  )
  var maskFeather: Float?

  func validate() throws {
    guard (-4096...4096).contains(maskGrow) else {
      throw ValidationError("--mask-grow must be -4096 to 4096 pixels, found \(maskGrow).")
    }
    if let maskFeather, !(maskFeather.isFinite && (0...4096).contains(maskFeather)) {
      throw ValidationError("--mask-feather must be 0 to 4096 pixels, found \(maskFeather).")
    }
  }
}
