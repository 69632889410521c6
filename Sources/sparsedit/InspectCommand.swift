import ArgumentParser
import SparseditKit

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a picture file holds, or how two pictures differ.",
    discussion: """
      Examples:
        sparsedit inspect result.png
        sparsedit inspect result.png --compare photo.png --mask hole.png
        sparsedit inspect tile.png --seam-ratio --statistics --json

      Differences are counted at the pictures' own depth. With --mask, inside is where the mask is not black.
      """)

  @Argument(help: "The picture: PNG, JPEG or TIFF.")
  var image: String

  @Option(name: .long, help: "Another picture of the same size and format: report how the two differ.")
  var compare: String?

  @Option(
    name: .long,
    help: "A mask: with --compare, tells inside from outside; without, its border's visibility is measured.")
  var mask: String?

  @Flag(name: .long, help: "With --compare, inside is where the mask is not white.")
  var invertMask = false

  @Flag(name: .long, help: "Figures of the samples, channel by channel.")
  var statistics = false

  @Flag(
    name: .long,
    help: "How opposite borders meet: gradient across over gradient inside; near 1 tiles without a seam.")
  var seamRatio = false

  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if compare != nil, statistics || seamRatio {
      throw ValidationError("--statistics and --seam-ratio describe one picture; leave out --compare.")
    }
    if compare == nil, invertMask {
      throw ValidationError("--invert-mask goes with --compare and --mask.")
    }
    if invertMask, mask == nil {
      throw ValidationError("--invert-mask needs --mask FILE.")
    }
  }

  func run() throws {
    if let compare {
      let report = try PictureTools.compare(
        image, compare, mask: mask, invertsMask: invertMask, cancellation: Interrupt.cancellation)
      if json {
        try EditConsole.printJSON(report)
      } else {
        try StandardOutput.print(InspectText.lines(of: report))
      }
    } else {
      var request = InspectRequest(image: image)
      request.statistics = statistics
      request.seamRatio = seamRatio
      request.mask = mask
      let description = try PictureTools.inspect(request, cancellation: Interrupt.cancellation)
      if json {
        try EditConsole.printJSON(description)
      } else {
        try StandardOutput.print(InspectText.lines(of: description))
      }
    }
  }
}
