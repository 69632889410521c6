import ArgumentParser
import SparseditKit

struct ModelOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Model: a directory in the diffusers layout, or 'bundled'.")
  var model: String = "bundled"

  @Option(name: .shortAndLong, help: "Threads. (default: all cores)")
  var threads: Int?

  @Option(name: .long, help: "Arithmetic of the matrix products: fp32, bf16 or int8.")
  var compute: ComputeChoice = .fp32

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024, found \(threads).")
    }
  }
}

enum ComputeChoice: String, ExpressibleByArgument, CaseIterable {
  case fp32, bf16, int8

  var choice: EditorConfiguration.Compute {
    switch self {
    case .fp32: .fp32
    case .bf16: .bf16
    case .int8: .int8
    }
  }
}
