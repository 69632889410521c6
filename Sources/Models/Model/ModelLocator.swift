import Glibc

/// Finds a model by the name or path that was given for it.
package enum ModelLocator {
  /// The name of the model that comes with the program.
  package static let bundledName = "bundled"

  /// The path of the model called `name`: a folder or file, or the folder of `bundled`.
  ///
  /// The bundled model is looked for in `$SPARSEDIT_MODELS`, beside the executable, and in `share` as an
  /// installation lays it out.
  package static func path(named name: String) throws(PipelineError) -> String {
    if name == bundledName {
      for candidate in bundledCandidates() where isFile(candidate + "/model_index.json") {
        return candidate
      }
      throw PipelineError(
        .missingInput,
        "the bundled model was not found; looked in \(bundledCandidates().joined(separator: ", ")). "
          + "Set SPARSEDIT_MODELS to the directory that holds 'bundled', or name a model with --model.")
    }
    guard exists(name) else {
      throw PipelineError(
        .missingInput,
        "model '\(name)': no such file or folder; expected a folder in the diffusers layout "
          + "(model_index.json, transformer/, vae/, ...), a HiDream-I1 transformer or '\(bundledName)'.")
    }
    return name
  }

  /// Whether a folder without an index is a transformer's own, or holds one.
  static func isTransformer(_ folder: String) -> Bool {
    isFile("\(folder)/transformer/config.json") || isFile("\(folder)/config.json")
  }

  private static func bundledCandidates() -> [String] {
    var candidates: [String] = []
    if let models = unsafe getenv("SPARSEDIT_MODELS") {
      candidates.append(unsafe String(cString: models) + "/bundled")
    }
    let folder = executableDirectory()
    candidates.append(folder + "/sparsedit_Models.resources/bundled")
    candidates.append(folder + "/../share/sparsedit/bundled")
    return candidates
  }

  private static func executableDirectory() -> String {
    let path = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      let length = unsafe buffer.baseAddress.map { unsafe readlink("/proc/self/exe", $0, buffer.count) } ?? 0
      guard length > 0 else { return "." }
      return unsafe String(
        decoding: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<length])), as: UTF8.self)
    }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }

  private static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
