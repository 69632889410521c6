import ArgumentParser
import Edits
import Models
import SparseditKit

/// `sparsedit model precision`.
struct PrecisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "precision",
    abstract: "Measure which arithmetic leaves a model's pictures as they are, for --compute auto.",
    discussion: """
      Draws pictures in fp32, bf16 and int8 and writes the fastest whose worst picture is within 40 dB of fp32 beside \
      the transformer's weights, where every command finds it.
      """)

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(name: .long, help: "A text file with one prompt a line. (default: twelve built-in ones)")
  var prompts: String?

  @Option(name: .long, help: "Pictures of each prompt, 1 to 100.")
  var seeds = 2

  @Option(name: .shortAndLong, help: "Seed of each prompt's first picture; the others follow.")
  var seed: UInt64 = 1042

  @Option(name: .long, help: "Denoising steps of each picture, 1 to 1000. (default: the model's)")
  var steps: Int?

  @Option(name: .shortAndLong, help: "Where to write, if not beside the transformer.")
  var output: String?

  @OptionGroup(title: "Report") var report: ReportOptions

  func validate() throws {
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds must be 1 to 100, found \(seeds).")
    }
    if model.compute != .auto {
      throw ValidationError("--compute \(model.compute.rawValue): all are tried; leave the flag out.")
    }
    if let steps, !(1...1000).contains(steps) {
      throw ValidationError("--steps must be 1 to 1000, found \(steps).")
    }
  }

  func run() throws {
    let console = CommandHost.current(report)
    defer { console.progress.clear() }
    try translatingErrors {
      var measurement = ComputeMeasurement()
      if let prompts { measurement.prompts = try PromptLines.read(prompts) }
      measurement.seeds = seeds
      measurement.seed = seed
      measurement.steps = steps
      model.threads.apply()
      let configuration = model.configuration
      let source = try configuration.source
      let start = ContinuousClock.now
      var place: String?
      let measured = try measurement.run(
        { compute in
          let opened = try Model(opening: source, compute: compute, memoryLimit: configuration.maxMemory)
          // Before the first picture: it would be lost.
          if place == nil {
            try OutputRequest(output ?? opened.computeFile).checkCanBeWritten()
            for notice in opened.notices { console.log.notice("\(notice)") }
          }
          place = output ?? opened.computeFile
          return opened
        }, cancellation: Interrupt.cancellation.flag
      ) { done, count in
        console.log.debug("picture \(done) of \(count)")
        let passed = (ContinuousClock.now - start) / .seconds(1)
        console.progress(.step(done, of: count, secondsLeft: passed / Double(done) * Double(count - done)))
      }
      guard let place else { return }
      try measured.save(to: place)
      console.progress.clear()
      if report.json { return try EditConsole.printJSON(measured) }
      for (name, agreement) in measured.psnr.sorted(by: { $0.key < $1.key }) {
        console.log.notice(
          "\(name): worst of \(agreement.pictures) pictures \(tenths(agreement.worst)) dB, median \(tenths(agreement.median)) dB"
        )
      }
      console.log.notice("\(place) written: --compute auto is \(measured.compute.rawValue)")
    }
  }

  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
