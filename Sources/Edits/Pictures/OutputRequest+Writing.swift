import Checkpoints
import Glibc
package import ImageCodecs
import Images
import Tensors

extension OutputRequest {
  /// Refuses, before any work is done, an output that could not be written in the end.
  package func check(protecting inputs: [String] = []) throws {
    guard FileFormat(path: path) != nil else {
      throw SparseditError(
        .usage, "\(path): expected an output ending in .png, .jpg, .jpeg, .tif or .tiff")
    }
    try checkCanBeWritten(protecting: inputs)
  }

  /// The same for a file of any format.
  package func checkCanBeWritten(protecting inputs: [String] = []) throws {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard unsafe access(folder, W_OK | X_OK) == 0 else {
      throw SparseditError(
        .cannotCreate, "\(path): the folder '\(folder)' is not there or may not be written to")
    }
    if !overwrites, inputs.contains(where: { Self.isSameFile($0, path) }) {
      throw SparseditError(
        .cannotCreate, "\(path) is an input and would be lost; name another output or say --overwrite")
    }
  }

  func write(_ image: Image, recipe: Recipe, protecting inputs: [String]) throws -> [String] {
    var image = image
    image.header.metadata.recipe = recordsRecipe ? try recipe.parameters() : nil
    return try ImageWriter.encode(image, to: path, options: encodingOptions(protecting: inputs))
  }

  package func encodingOptions(protecting inputs: [String] = []) -> EncodingOptions {
    var options = EncodingOptions()
    if !overwrites { options.protectedPaths = inputs }
    return options
  }

  private static func isSameFile(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    return unsafe stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }

  /// Refuses, before any work is done, what could not be written beside the picture in the end.
  package func checkSideFiles(protecting inputs: [String]) throws {
    try preview.map { try OutputRequest($0).check(protecting: inputs) }
    try latents.map { try OutputRequest($0).checkCanBeWritten(protecting: inputs) }
  }

  /// Writes what the last step left, as (1, C, h, w); further parts of an edit as `latents.1`, `latents.2`, ...
  func write(_ parts: [Tensor]) throws {
    guard let latents else { return }
    let records = parts.enumerated().map { index, part in
      SafetensorsWriter.Record(index == 0 ? "latents" : "latents.\(index)", part.reshaped([1] + part.shape))
    }
    try SafetensorsWriter.save(records, to: latents)
  }
}
