extension Recipe {
  /// Settings that name a file to read.
  package static let inputNames: Set<String> = [
    "image", "mask", "foreground", "trimap", "scribbles", "background", "lut", "noise", "schedule-from",
  ]

  /// The command line that repeats the edit, without its output.
  ///
  /// - Parameter input: gives the path of an input file, of which the recipe holds the name alone.
  package func arguments(input: (_ setting: String, _ name: String) throws -> String) rethrows -> [String] {
    var arguments = [verb]
    if model != "none" {
      arguments += ["--model=\(model)", "--prompt=\(prompt)"]
      if !negativePrompt.isEmpty { arguments.append("--negative-prompt=\(negativePrompt)") }
      arguments += [
        "--steps=\(steps)", "--sampler=\(sampler)", "--cfg-scale=\(guidance)", "--seed=\(seed)",
      ]
      // Elsewhere the size is the picture's, or what the model was shown of it.
      if verb == "generate" || verb == "upscale" && options["scale"] == nil
        || verb == "texture" && options["image"] == nil
      {
        arguments += ["--width=\(width)", "--height=\(height)"]
      }
    }
    for (key, value) in options.sorted(by: { $0.key < $1.key }) {
      // Settings that may be repeated are numbered: region.1, region.2.
      let name = key.prefix { $0 != "." }
      if value == "true" {
        arguments.append("--\(name)")
      } else {
        arguments.append(
          "--\(name)=\(Self.inputNames.contains(String(name)) ? try input(key, value) : value)")
      }
    }
    return arguments
  }
}
