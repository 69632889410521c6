import ArgumentParser
import Checkpoints

/// `--lora FILE[:scale]`, as often as wanted.
struct AdapterOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An adapter (LoRA, LoKr, DoRA) on the transformer and its scale, 1 unless given; may be repeated.",
      valueName: "file[:scale]"))
  var lora: [AdapterArgument] = []

  var requests: [AdapterRequest] { lora.map(\.request) }
}

/// A file and a scale. The last colon separates them where a number follows it.
struct AdapterArgument: ExpressibleByArgument {
  let request: AdapterRequest

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let scale = Float(argument[argument.index(after: colon)...])
    else {
      guard !argument.isEmpty else { return nil }
      request = AdapterRequest(path: argument)
      return
    }
    guard scale.isFinite, abs(scale) <= 100, colon > argument.startIndex else { return nil }
    request = AdapterRequest(path: String(argument[..<colon]), scale: scale)
  }
}
