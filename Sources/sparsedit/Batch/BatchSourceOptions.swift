import ArgumentParser
import Foundation
import SparseditKit

/// Where a batch's items come from, and where their results go.
struct BatchSourceOptions: ParsableArguments {
  @Option(name: .long, help: "A JSON Lines file with one item a line; - reads standard input.")
  var manifest: String?

  @Option(name: .long, help: "Every PNG, JPEG and TIFF of this folder is an item.")
  var inputFolder: String?

  @Option(name: .long, help: "With --input-folder: masks of the same base names.")
  var maskFolder: String?

  @Option(name: .long, help: "Where results go whose items do not say.")
  var outputFolder: String?

  @Option(
    name: .long,
    help: "Format of results in the output folder: png, jpg or tif. (default: the input's, else png)")
  var format: PictureFormat?

  func validate() throws {
    guard (manifest == nil) != (inputFolder == nil) else {
      throw ValidationError("Give one of --manifest FILE and --input-folder FOLDER.")
    }
    if maskFolder != nil, inputFolder == nil {
      throw ValidationError("--mask-folder goes with --input-folder; a manifest names its masks.")
    }
    if inputFolder != nil, outputFolder == nil {
      throw ValidationError("--input-folder needs --output-folder.")
    }
    if format != nil, outputFolder == nil {
      throw ValidationError("--format goes with --output-folder.")
    }
  }

  func items(_ defaults: BatchDefaults) throws -> AnySequence<BatchItem> {
    if let outputFolder {
      do {
        try FileManager.default.createDirectory(atPath: outputFolder, withIntermediateDirectories: true)
      } catch {
        throw SparseditError(.cannotCreate, "\(outputFolder): the folder could not be made")
      }
    }
    if let inputFolder {
      return AnySequence(try FolderItems(folder: inputFolder, maskFolder: maskFolder, defaults: defaults))
    }
    return AnySequence(try ManifestItems(path: manifest ?? "-", defaults: defaults))
  }

  /// The journal's own place: each part of a batch that is shared has one.
  func journal(_ shard: BatchShard) throws -> String {
    let part = shard == .whole ? "" : ".\(shard.index)-of-\(shard.count)"
    if let manifest, manifest != "-" { return "\(manifest).journal\(part).jsonl" }
    if let outputFolder { return "\(outputFolder)/batch.journal\(part).jsonl" }
    throw SparseditError(.usage, "a manifest from standard input needs --journal FILE")
  }

  /// Journals of the same batch that other parts wrote, now or when it was divided otherwise.
  static func others(_ path: String) -> [String] {
    let url = URL(fileURLWithPath: path)
    guard
      let stem = url.lastPathComponent.range(of: ".journal").map({ url.lastPathComponent[..<$0.upperBound] }),
      let names = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
    else { return [] }
    return names.filter { $0.hasPrefix(stem) && $0.hasSuffix(".jsonl") && $0 != url.lastPathComponent }
      .sorted()
      .map { url.deletingLastPathComponent().appending(path: $0).path }
  }
}

enum PictureFormat: String, ExpressibleByArgument, CaseIterable {
  case png, jpg, tif
}
