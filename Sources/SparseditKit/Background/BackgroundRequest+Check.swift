import Images

extension BackgroundRequest {
  /// Refuses, before any work is done, outputs that could not be written in the end.
  func check(_ output: OutputRequest) throws {
    try output.check(protecting: inputs)
    for path in sideOutputs {
      var other = output
      other.path = path
      try other.check(protecting: inputs)
    }
    let paths = [output.path] + sideOutputs
    guard Set(paths).count == paths.count else {
      throw SparseditError(.usage, "two outputs have the same name; give each its own")
    }
    if let cutOutOutput { try Self.checkAlpha(cutOutOutput) }
    if let matteOutput, FileFormat(path: matteOutput) == .jpeg {
      throw SparseditError(.usage, "\(matteOutput): a matte needs a lossless format; use .png or .tif")
    }
    if case .ownAlpha = foreground, let plateOutput {
      throw SparseditError(
        .usage, "\(plateOutput): a picture with its own alpha holds no background to make a plate of")
    }
  }

  /// Refuses a format without alpha for a picture that needs it.
  static func checkAlpha(_ path: String) throws {
    guard FileFormat(path: path) != .jpeg else {
      throw SparseditError(.usage, "\(path): JPEG holds no transparency; use .png or .tif")
    }
  }

  /// What the recipe says besides the settings that every verb has.
  var recipeOptions: [String: String] {
    var options = ["image": image.lastPathComponent, "refine": refinement.rawValue]
    switch foreground {
    case .ownAlpha: options["own-alpha"] = "true"
    case .backgroundMask(let path): options["mask"] = path.lastPathComponent
    case .foregroundMask(let path): options["foreground"] = path.lastPathComponent
    case .trimap(let path): options["trimap"] = path.lastPathComponent
    case .rectangle(let x, let y, let width, let height):
      options["rectangle"] = "\(x),\(y),\(width),\(height)"
    case .scribbles(let path): options["scribbles"] = path.lastPathComponent
    }
    if let unknownRadius { options["unknown-radius"] = "\(unknownRadius)" }
    if decontamination != 1 { options["decontaminate"] = "\(decontamination)" }
    if harmonization != 0 { options["harmonize"] = "\(harmonization)" }
    if premultiplied { options["premultiplied"] = "true" }
    return options
  }

  /// The part of the recipe that names the new background.
  var backgroundOptions: [String: String] {
    switch background {
    case .transparent: ["transparent": "true"]
    case .color(let red, let green, let blue):
      ["background-color": HexColor((red, green, blue)).text]
    case .picture(let path): ["background": path.lastPathComponent]
    }
  }
}
