/// The picture files that are read and written.
package enum FileFormat: String, Sendable, Hashable, CaseIterable {
  case png
  case jpeg
  case tiff

  package var name: String { rawValue.uppercased() }

  /// The format that a file name asks for by its extension, or nil for an extension of none of them.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "png": self = .png
    case "jpg", "jpeg", "jpe", "jfif": self = .jpeg
    case "tif", "tiff": self = .tiff
    default: return nil
    }
  }
}
