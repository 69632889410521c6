import ArgumentParser

struct NegativePromptOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "What it should not show.")
  var negativePrompt: String = ""
}
