import ArgumentParser

struct AutoencoderOptions: ParsableArguments {
  @Option(name: .long, help: "HiDream-I1's autoencoder from another file or folder.")
  var vae: String?

  /// By the flag's name, as `EditorConfiguration` takes it.
  var parts: [String: String] { ["vae": vae].compactMapValues(\.self) }
}
