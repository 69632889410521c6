import ImageProcessing

extension InpaintRequest {
  var finishOptions: FinishOptions {
    FinishOptions(
      colorMatch: ColorMatch(method: matchesColor ? .meanAndDeviation : .none),
      seam: joint == .poisson ? .poisson : .feather,
      feather: maskFeather.map { .pixels($0) } ?? (isRepair && joint == .poisson ? .pixels(0) : .automatic))
  }

  /// Whether the surroundings alone are to say what fills the mask.
  private var isRepair: Bool {
    options.prompt.isEmpty && regions.isEmpty && strength >= 1 && extend == .none
  }

  private var joint: Seam { seam ?? (isRepair ? .poisson : .feather) }

  /// What the recipe says besides the settings that every verb has.
  var recipeOptions: [String: String] {
    var options = ["strength": "\(strength)", "seam": joint.rawValue, "image": image.lastPathComponent]
    if let mask { options["mask"] = mask.lastPathComponent }
    if invertsMask { options["invert-mask"] = "true" }
    if maskGrow != 0 { options["mask-grow"] = "\(maskGrow)" }
    if let maskFeather { options["mask-feather"] = "\(maskFeather)" }
    if wholePicture { options["whole-picture"] = "true" }
    if joinsRegions { options["one-crop"] = "true" }
    if let context { options["context"] = "\(context)" }
    if let cleanContext { options["clean-context"] = "\(cleanContext)" }
    if !matchesColor { options["no-color-match"] = "true" }
    if extend != .none { options["extend"] = extend.text }
    for (index, region) in regions.enumerated() { options["region.\(index + 1)"] = region.text }
    return options
  }
}
