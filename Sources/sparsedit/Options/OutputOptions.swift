import ArgumentParser
import SparseditKit

struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Output picture (.png, .jpg, .tif); %03d is replaced by a number.")
  var output: String

  @Flag(name: .long, help: "Leave the recipe out of the picture's metadata.")
  var noMetadata = false

  @Flag(name: .long, help: "Let the output replace an input.")
  var overwrite = false

  /// Where picture `index` of `count` goes: `%d` and `%03d` stand for its number, which is added before the
  /// extension where a batch has no place for it.
  func request(_ index: Int, of count: Int) -> OutputRequest {
    var request = OutputRequest(NumberedPath(output).path(index, of: count))
    request.recordsRecipe = !noMetadata
    request.overwrites = overwrite
    return request
  }

  /// The same with what the flags of sampling write beside it.
  func request(_ index: Int, of count: Int, _ sampling: SamplingOptions) -> OutputRequest {
    var request = request(index, of: count)
    sampling.fill(&request)
    request.latents = request.latents.map { NumberedPath($0).path(index, of: count) }
    return request
  }
}

struct ReportOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON report on standard output.")
  var json = false

  @Flag(name: .long, help: "Print nothing but errors.")
  var quiet = false

  @Flag(name: .long, help: "Print details while working.")
  var verbose = false
}
