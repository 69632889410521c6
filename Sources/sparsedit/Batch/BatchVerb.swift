import ArgumentParser

/// A command that a batch can run as one of its items.
protocol BatchVerb: ParsableCommand {
  /// Every file that decides the result.
  var inputFiles: [String] { get }
  /// Every file that is there when the command is done.
  var outputFiles: [String] { get }
  /// Those of them that a contact sheet shows; the first unless the verb says otherwise.
  var pictures: [String] { get }
}

extension BatchVerb {
  var pictures: [String] { Array(outputFiles.prefix(1)) }
}
