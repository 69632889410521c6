import Foundation
import SparseditKit

/// The pictures of a folder, in the order of their names, as items of one verb.
struct FolderItems: Sequence, IteratorProtocol {
  private let folder: String
  private let maskFolder: String?
  private let defaults: BatchDefaults
  private let names: [String]
  private var number = 0

  private static let endings: Set<String> = ["png", "jpg", "jpeg", "tif", "tiff"]

  /// - Parameter maskFolder: holds a mask for every picture, of the same base name.
  init(folder: String, maskFolder: String?, defaults: BatchDefaults) throws {
    self.folder = folder
    self.maskFolder = maskFolder
    self.defaults = defaults
    guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw SparseditError(.missingInput, "\(folder): no such folder, or it may not be read")
    }
    names = all.filter { !$0.hasPrefix(".") && Self.ending(of: $0) != nil }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard !names.isEmpty else {
      throw SparseditError(.missingInput, "\(folder): expected PNG, JPEG or TIFF pictures, found none")
    }
  }

  mutating func next() -> BatchItem? {
    guard number < names.count else { return nil }
    let name = names[number]
    number += 1
    return BatchItem(number: number, name: name, arguments: arguments(name))
  }

  private func arguments(_ name: String) -> Result<[String], ItemFailure> {
    let base = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    var arguments = [defaults.verb ?? ""] + defaults.flags + ["--image=\(folder)/\(name)"]
    if let maskFolder {
      let masks = ["png", "tif", "tiff", "jpg", "jpeg"].map { "\(maskFolder)/\(base).\($0)" }
      guard let mask = masks.first(where: FileManager.default.fileExists(atPath:)) else {
        return .failure(
          ItemFailure(
            error: SparseditError(.missingInput, "\(folder)/\(name): no mask called \(base) in \(maskFolder)")
          ))
      }
      arguments.append("--mask=\(mask)")
    }
    if let output = defaults.output(named: base, extension: Self.ending(of: name) ?? "png") {
      arguments.append("--output=\(output)")
    }
    return .success(arguments)
  }

  /// A picture file's extension, or nil for another file's.
  static func ending(of name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return endings.contains(ending) ? ending : nil
  }
}
