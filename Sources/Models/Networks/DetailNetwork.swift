package import Upscalers

/// A network for detail: the bundled model's two, or one from a file.
package enum DetailNetwork: Sendable, Hashable {
  /// Draws grain that the picture does not have.
  case vivid
  /// Draws nothing that the picture does not say.
  case faithful
  /// A model for upscaling in a file or folder.
  case file(String)

  /// Where the weights are.
  package var path: String {
    get throws(PipelineError) {
      switch self {
      case .vivid: try ModelLocator.path(named: ModelLocator.bundledName) + "/upscaler/vivid.safetensors"
      case .faithful:
        try ModelLocator.path(named: ModelLocator.bundledName) + "/upscaler/faithful.safetensors"
      case .file(let path): path
      }
    }
  }

  /// Opens it. Throws `PipelineError`, or `CheckpointError` for a file that is no upscaler.
  package func open() throws -> Upscaler {
    try Upscaler(opening: path)
  }
}
