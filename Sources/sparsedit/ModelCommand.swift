import ArgumentParser
import DiffusionTransformers
import SparseditKit
import Tensors

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look at models, convert them and run their parts.",
    subcommands: [
      InfoCommand.self, CheckCommand.self, ConvertCommand.self, ForwardCommand.self, BudgetsCommand.self,
      PrecisionCommand.self,
    ])

  struct ForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forward", abstract: "Run the transformer alone on given inputs.",
      discussion: """
        The inputs are named as diffusers' forward names them: hidden_states (B, C, H, W), timesteps (B), \
        encoder_hidden_states_t5 (B, T, D), encoder_hidden_states_llama3 (layers, B, T, D) and \
        pooled_embeds (B, D). The output is the raw one, not negated.
        """)

    @Option(
      name: .shortAndLong,
      help: "A diffusers transformer/ directory or its parent, or a safetensors or GGUF file.")
    var model: String

    @Option(name: .long, help: "A safetensors file with the inputs.")
    var inputs: String

    @Option(name: .long, help: "Write the tensor 'output' to this safetensors file.")
    var save: String?

    @Option(name: .long, help: "How many times to run.")
    var reps = 1

    @Option(name: .long, help: "Arithmetic of the matrix products: fp32, bf16 or int8.")
    var compute: PrecisionChoice = .fp32

    @OptionGroup var adapters: AdapterOptions

    @Option(name: .long, help: "Share of attention blocks to leave out; 0 is dense and exact.")
    var sparsity = 0.0

    @Option(
      name: .long,
      help: """
        Share of the image's tokens, a square in the middle, that is computed; the others keep the keys and values of \
        one whole forward before the timed ones.
        """)
    var active = 1.0

    @OptionGroup var threads: ThreadOptions

    @Option(name: .long, help: ByteCount.help)
    var maxMemory: ByteCount?

    @Flag(name: .long, help: "Print one JSON report on standard output.")
    var json = false

    func validate() throws {
      guard (1...100_000).contains(reps) else { throw ValidationError("--reps must be 1 to 100000.") }
      guard (0...0.95).contains(sparsity) else { throw ValidationError("--sparsity must be 0 to 0.95.") }
      guard active > 0, active <= 1 else { throw ValidationError("--active must be above 0 and at most 1.") }
    }

    func run() throws {
      Interrupt.install()
      try translatingErrors {
        threads.apply()
        var options = ModelForward.Options(model: try ModelReference.directory(model), inputs: inputs)
        options.save = save
        options.repetitions = reps
        options.sparsity = sparsity
        options.active = active
        options.memoryLimit = maxMemory?.bytes
        options.compute = compute.choice
        options.adapters = adapters.requests
        let report = try ModelForward.run(options, isCancelled: { Interrupt.cancellation.isCancelled })
        for notice in report.notices { StandardError.write("\(notice)\n") }
        if json {
          try EditConsole.printJSON(report)
        } else {
          let best = report.seconds.min() ?? 0
          try StandardOutput.print(
            "best of \(report.seconds.count): \(best) s, \(report.threads) threads, \(report.compute)")
        }
      }
    }
  }
}
