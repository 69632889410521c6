import ArgumentParser

/// For edits under a mask: what it leaves alone need not be computed at every step.
struct ReuseOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Compute what the mask leaves alone at every Nth step only; 0 or 1 is exact. (default: the model's, else 1)
      """)
  var reuse: Int?

  func validate() throws {
    if let reuse, !(0...1000).contains(reuse) {
      throw ValidationError("--reuse must be 0 to 1000 steps, found \(reuse).")
    }
  }
}
