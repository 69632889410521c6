import ArgumentParser
import Checkpoints
import Models
import SparseditKit
import Tensors

extension ModelCommand {
  struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "convert", abstract: "Write a checkpoint in another type or format.",
      discussion: """
        The output's ending chooses the format. fp32, fp16 and bf16 go to either. q8 is 8-bit integers with a factor \
        a row in safetensors and Q8_0 in GGUF; q6, q5, q4, q3 and q2 are Q6_K to Q2_K, and q4_0 is Q4_0, in GGUF. Norms, \
        biases, the gates of the experts and, below 16 bits, the way in and out keep what they have; a matrix whose \
        rows are no multiple of 256 gets a type with blocks of 32. The memory it takes does not grow with the model.
        """)

    @Option(
      name: .shortAndLong,
      help: "A file, the directory of one network, or a model whose transformer is meant.")
    var model: String

    @Option(name: .shortAndLong, help: "The file to write: .safetensors or .gguf.")
    var output: String

    @Option(name: .long, help: "fp32, fp16, bf16, q8, q6, q5, q4, q4_0, q3 or q2.")
    var to: ConversionTarget.Precision

    @OptionGroup var adapters: AdapterOptions

    @OptionGroup var threads: ThreadOptions

    @Flag(name: .long, help: "Print one JSON report on standard output.")
    var json = false

    func run() throws {
      Interrupt.install()
      try translatingErrors {
        threads.apply()
        let conversion = try ModelConversion(
          input: try ModelReference.directory(model), output: output, precision: to,
          adapters: adapters.requests)
        try OutputRequest(output).checkCanBeWritten(
          protecting: conversion.inputs + adapters.requests.map(\.path))
        for notice in conversion.notices { StandardError.write("\(notice)\n") }
        let report = try conversion.run(
          progress: { done, count in
            if StandardError.isTerminal { StandardError.write("\r\u{1B}[Ktensor \(done + 1)/\(count)") }
          }, isCancelled: { Interrupt.cancellation.isCancelled })
        if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") }
        if json { return try EditConsole.printJSON(report) }
        let types = report.types.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
        try StandardOutput.print(
          "\(output): \(report.bytes) bytes, \(report.tensors) tensors (\(types.joined(separator: ", "))), "
            + "relative error of the weights \(report.relativeError)")
      }
    }
  }
}

extension ConversionTarget.Precision: ExpressibleByArgument {}
