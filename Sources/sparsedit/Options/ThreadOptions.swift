import ArgumentParser
import Tensors

struct ThreadOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Threads. (default: all cores)")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024, found \(threads).")
    }
  }

  /// For commands that open no editor, which would do it.
  func apply() {
    if let threads { ThreadPool.threadCount = threads }
  }
}
