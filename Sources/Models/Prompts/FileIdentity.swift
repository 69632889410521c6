import Foundation

/// Tells files apart without reading gigabytes: by path, size, time of change and samples of their content.
enum FileIdentity {
  /// Bytes at the front that are read whole, and at each of the places after it.
  private static let front = 1 << 16
  private static let sample = 4096
  private static let places = 16

  /// A line for each file; of a folder, every file in it.
  static func text(of paths: [String]) throws -> String {
    try paths.flatMap(files).map(line).joined(separator: "\n")
  }

  private static func files(_ path: String) throws -> [String] {
    guard HiDreamLayout.isFolder(path) else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { "\(path)/\($0)" }
      .filter { !HiDreamLayout.isFolder($0) }
  }

  private static func line(_ path: String) throws -> String {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try FileManager.default.attributesOfItem(atPath: real)
    let size = attributes[.size] as? Int ?? 0
    let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: real))
    defer { try? file.close() }
    var hash = StableHash()
    hash.add(try file.read(upToCount: front) ?? Data())
    for place in 1...places where size > front {
      try file.seek(toOffset: UInt64(size / (places + 1) * place))
      hash.add(try file.read(upToCount: sample) ?? Data())
    }
    return "\(real) \(size) \(changed) \(hash.text)"
  }
}
