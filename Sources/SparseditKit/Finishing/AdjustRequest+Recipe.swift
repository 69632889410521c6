extension AdjustRequest {
  /// How the grading was made: every setting that is not its default, under its flag's name.
  func recipe(width: Int, height: Int) -> Recipe {
    let neutral = AdjustRequest(image: "")
    var options = ["image": image.lastPathComponent]
    func note<Value: Equatable>(_ name: String, _ value: KeyPath<AdjustRequest, Value>, _ text: String) {
      if self[keyPath: value] != neutral[keyPath: value] { options[name] = text }
    }
    func list(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: ",") }
    note("mask", \.mask, mask?.lastPathComponent ?? "")
    note("invert-mask", \.invertsMask, "true")
    note("mask-grow", \.maskGrow, "\(maskGrow)")
    note("mask-feather", \.maskFeather, "\(maskFeather)")
    note("exposure", \.exposure, "\(exposure)")
    note("temperature", \.temperature, "\(temperature ?? 0)")
    note("tint", \.tint, "\(tint)")
    note("contrast", \.contrast, "\(contrast)")
    note("contrast-pivot", \.contrastPivot, "\(contrastPivot)")
    note("saturation", \.saturation, "\(saturation)")
    note("vibrance", \.vibrance, "\(vibrance)")
    note("lift", \.lift, list(lift))
    note("gamma", \.gamma, list(gamma))
    note("gain", \.gain, list(gain))
    note("curve", \.curve, curve ?? "")
    note("curve-red", \.redCurve, redCurve ?? "")
    note("curve-green", \.greenCurve, greenCurve ?? "")
    note("curve-blue", \.blueCurve, blueCurve ?? "")
    note("lut", \.lookup, lookup?.lastPathComponent ?? "")
    note("lut-strength", \.lookupStrength, "\(lookupStrength)")
    return Recipe(
      verb: "adjust", version: Sparsedit.version, model: "none", prompt: "", negativePrompt: "", steps: 0,
      sampler: "none", guidance: 0, seed: 0, width: width, height: height, options: options)
  }
}
