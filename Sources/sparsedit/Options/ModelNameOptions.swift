import ArgumentParser

struct ModelNameOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: "Model: a folder in the diffusers layout, a HiDream-I1 transformer's file, or 'bundled'.")
  var model: String = "bundled"
}
