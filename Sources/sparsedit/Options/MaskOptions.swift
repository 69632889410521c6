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
}
