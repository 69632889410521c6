package import Upscalers

/// A network for detail: the bundled model's two, or one from a file.
package enum DetailNetwork: Sendable, Hashable {
  /// Draws grain that the picture does not have; the faithful one where there is no other.
  case vivid
  /// Draws nothing that the picture does not say.
  case faithful
  /// A model for upscaling in a file or folder.
  case file(String)

  /// Where the weights are.
  package var path: String {
    get throws(PipelineError) {
      switch self {
      case .vivid:
        let path = try Self.bundled("vivid")
        return ModelLocator.isFile(path) ? path : try Self.bundled("faithful")
      case .faithful: return try Self.bundled("faithful")
      case .file(let path): return path
      }
    }
  }

  private static func bundled(_ name: String) throws(PipelineError) -> String {
    try ModelLocator.path(named: ModelLocator.bundledName) + "/upscaler/\(name).safetensors"
  }

  /// Opens it. Throws `PipelineError`, or `CheckpointError` for a file that is no upscaler.
  package func open() throws -> Upscaler {
    try Upscaler(opening: path)
  }
}
