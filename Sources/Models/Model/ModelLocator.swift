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
    if !exists(name), let installed = try? installed(name) { return installed }
    guard exists(name) else {
      throw PipelineError(
        .missingInput,
        "model '\(name)': no such file or folder; expected a folder in the diffusers layout "
          + "(model_index.json, transformer/, vae/, ...), a HiDream-I1 transformer or '\(bundledName)'.")
    }
    return name
  }

  /// The path of a model, a part of one or an adapter that this machine is set up with: a file or folder of that name in
  /// `$SPARSEDIT_MODELS`, one folder or several with colons between them.
  package static func installed(_ name: String) throws(PipelineError) -> String {
    let folders = modelFolders
    let isName = !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    guard isName, let folder = folders.first(where: { exists("\($0)/\(name)") }) else {
      throw PipelineError(
        .missingInput,
        "'\(name)' is not among the models of this machine: SPARSEDIT_MODELS is "
          + (folders.isEmpty ? "not set" : folders.joined(separator: ":")))
    }
    return "\(folder)/\(name)"
  }

  private static var modelFolders: [String] {
    guard let models = unsafe getenv("SPARSEDIT_MODELS") else { return [] }
    return unsafe String(cString: models).split(separator: ":").map(String.init)
  }

  /// Whether a folder without an index is a transformer's own, or holds one.
  static func isTransformer(_ folder: String) -> Bool {
    isFile("\(folder)/transformer/config.json") || isFile("\(folder)/config.json")
  }

  private static func bundledCandidates() -> [String] {
    var candidates = modelFolders.map { "\($0)/bundled" }
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
