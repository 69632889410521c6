import ArgumentParser
import SparseditKit

struct GradingMaskOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "A mask of the picture's size: white is graded, black stays. (default: everything is graded)")
  var mask: String?

  @Flag(name: .long, help: "Grade what is black instead.")
  var invertMask = false

  @Option(
    name: .long, parsing: .unconditional,
    help: "Enlarge the mask by this many pixels, or shrink it when negative.")
  var maskGrow = 0

  @Option(name: .long, help: "Pixels over which the grading fades in, inside the mask.")
  var maskFeather: Float = 0

  func validate() throws {
    guard (-4096...4096).contains(maskGrow) else {
      throw ValidationError("--mask-grow must be -4096 to 4096 pixels, found \(maskGrow).")
    }
    guard (0...4096).contains(maskFeather) else {
      throw ValidationError("--mask-feather must be 0 to 4096 pixels, found \(maskFeather).")
    }
  }

  func fill(_ request: inout AdjustRequest) {
    request.mask = mask.map { InputFile($0) }
    request.invertMask = invertMask
    request.maskGrow = maskGrow
    request.maskFeather = maskFeather
  }
}
