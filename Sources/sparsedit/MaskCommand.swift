import ArgumentParser
import SparseditKit

struct MaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mask", abstract: "Make or repair a mask.",
    discussion: """
      Examples:
        sparsedit mask -i photo.jpg --add color-at:120,80,15 --subtract rectangle:0,400,800,200 -o sky.png
        sparsedit mask --add file:rough.png --grow 6 --shrink 6 --feather 3 -o clean.png

      White is selected. Everything that is added is put together first (all of the picture, if nothing is), \
      then cut down to what every --intersect selects, then freed of every --subtract, then toggled by every \
      --difference. After that come threshold, grow, shrink, feather and invert, in this order.

      A SELECTION is one of (pixels count from the upper left, 0,0):
        rectangle:X,Y,WIDTH,HEIGHT      ellipse:X,Y,RADIUS,RADIUS[,ANGLE]      polygon:X,Y,X,Y,X,Y[,...]
        color:#RRGGBB[,TOLERANCE[,SOFTNESS]]      color-at:X,Y[,TOLERANCE[,SOFTNESS]]
        lightness:LOW,HIGH[,SOFTNESS]   alpha      foreground:X,Y,WIDTH,HEIGHT      file:PATH
      Tolerance and softness are distances in CIE Lab (10 and 10 unless given), lightness is L* from 0 to 100; \
      foreground finds the object inside a rectangle by colour and contrast.
      """)

  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("init-img")],
    help: "The picture that the mask is for: its size, and its colours to select by.")
  var image: String?

  @Option(name: .long, help: "Size as WIDTHxHEIGHT, where there is no picture.")
  var size: PixelSize?

  @OptionGroup(title: "Selecting") var selections: SelectionOptions
  @OptionGroup(title: "Shaping") var shaping: MaskShapingOptions

  @Option(name: .long, help: "Bits a sample of the mask: 8 or 16.")
  var depth = 8

  @OptionGroup(title: "Output") var output: MaskOutputOptions
  @OptionGroup(title: "Reporting") var report: ReportOptions

  func run() throws {
    let console = ToolConsole(report)
    let result = try PictureTools.makeMask(
      request(), to: output.request, cancellation: Interrupt.cancellation)
    try console.finish(
      result, notices: result.notices,
      summary:
        "\(result.output): \(result.width) x \(result.height), \(result.selectedPixels) pixels selected, "
        + "coverage \((result.coverage * 1000).rounded() / 1000)")
  }

  func request() -> MaskRequest {
    var request = MaskRequest(image: image)
    request.width = size?.width
    request.height = size?.height
    request.bits = depth
    selections.fill(&request)
    shaping.fill(&request)
    return request
  }
}

extension MaskCommand: BatchVerb {
  var inputFiles: [String] {
    [image].compactMap { $0 }
      + [selections.add, selections.intersect, selections.subtract, selections.difference].joined()
      .compactMap { if case .file(let path) = $0 { path } else { nil } }
  }
  var outputFiles: [String] { [output.request.path] }
}

/// `WIDTHxHEIGHT` in pixels.
struct PixelSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let words = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard words.count == 2, let width = Int(words[0]), let height = Int(words[1]), width > 0, height > 0
    else {
      return nil
    }
    self.width = width
    self.height = height
  }
}
