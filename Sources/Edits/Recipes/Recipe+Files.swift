import Foundation
import ImageCodecs
import Models

extension Recipe {
  /// The recipe in a picture file. Texts of a PNG may follow its pixels, so all of it is read.
  public static func read(_ picture: InputFile) throws(SparseditError) -> Recipe {
    let text = try translatingErrors { () throws -> String? in
      try ImageReader.decode(path: picture.known).header.metadata.recipe
    }
    guard let text else {
      throw SparseditError(.badData, "\(picture): the picture holds no recipe")
    }
    do {
      return try Recipe(parameters: text)
    } catch {
      throw SparseditError(error.category, "\(picture): \(error.description)")
    }
  }

  /// The request with its files found by their base names.
  ///
  /// Only files of the recipe's names in these folders are looked for, and only to be read.
  ///
  /// - Parameters:
  ///   - folders: where a person keeps inputs, the most likely first.
  ///   - picture: the picture with the recipe, which is not its own input.
  ///   - given: roles whose files somebody else gives; they keep their names.
  public func request(
    inputs folders: [String], of picture: InputFile, given: Set<String> = []
  ) throws(SparseditError) -> any EditRequest {
    var request = request
    try translatingErrors {
      try request.replaceInputs { role, file in
        given.contains(role)
          ? file : InputFile(try Self.path(of: file.name, in: folders, besides: picture, role: role))
      }
    }
    return request
  }

  private static func path(
    of name: String, in folders: [String], besides picture: InputFile, role: String
  ) throws(SparseditError) -> String {
    let candidates = folders.map { "\($0)/\(name)" }
    let own = picture.path.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL }
    let found = candidates.first {
      FileManager.default.fileExists(atPath: $0)
        && URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL != own
    }
    guard let found else {
      throw SparseditError(
        .missingInput,
        "the recipe's input \(name) was not found; looked for \(candidates.joined(separator: ", ")); "
          + "name its folder with --inputs, or the file with `\(role)`")
    }
    return found
  }
}
