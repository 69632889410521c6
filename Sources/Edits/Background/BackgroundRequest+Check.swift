import ImageCodecs
import Images

extension BackgroundRequest {
  /// Refuses, before any work is done, outputs that could not be written in the end.
  func check(_ output: OutputRequest) throws {
    for path in output.sidePictures {
      var other = output
      other.path = path
      try other.check(protecting: inputPaths)
    }
    let paths = [output.path] + output.sidePictures
    guard Set(paths).count == paths.count else {
      throw SparseditError(.usage, "two outputs have the same name; give each its own")
    }
    if let cutOut = output.cutOut { try Self.checkAlpha(cutOut) }
    if isCutOut { try Self.checkAlpha(output.path) }
    if let matte = output.matte, FileFormat(path: matte) == .jpeg {
      throw SparseditError(.usage, "\(matte): a matte needs a lossless format; use .png or .tif")
    }
    if isOwnAlpha, let plate = output.plate {
      throw SparseditError(
        .usage, "\(plate): a picture with its own alpha holds no background to make a plate of")
    }
  }

  /// Whether the picture's own alpha tells the foreground.
  private var isOwnAlpha: Bool {
    ownAlpha || foreground == nil && mask == nil && trimap == nil && rectangle == nil && scribbles == nil
  }

  /// Refuses a format without alpha for a picture that needs it.
  static func checkAlpha(_ path: String) throws {
    guard FileFormat(path: path) != .jpeg else {
      throw SparseditError(.usage, "\(path): JPEG holds no transparency; use .png or .tif")
    }
  }
}
