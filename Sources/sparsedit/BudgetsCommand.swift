import ArgumentParser
import Edits
import Models
import SparseditKit

/// `sparsedit model budgets`.
struct BudgetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budgets",
    abstract: "Learn how attention heads share what --sparsity keeps, from dense runs.",
    discussion: """
      Draws pictures in one window with dense attention, tries each head with less of it, and writes what shares lose \
      least beside the transformer's weights, where every command finds it.
      """)

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(name: .long, help: "A text file with one prompt a line. (default: six built-in ones)")
  var prompts: String?

  @Option(name: .long, help: "Side of the pictures in pixels.")
  var size = 1024

  @Option(name: .long, help: "Denoising steps of each picture, 4 to 1000. (default: the model's)")
  var steps: Int?

  @Option(name: .shortAndLong, help: "Seed of the first picture's noise; the others follow.")
  var seed: UInt64 = 42

  @Option(name: .long, help: "The sparsity that the budgets are to be best for.")
  var sparsity = 0.7

  @Option(name: .shortAndLong, help: "Where to write, if not beside the transformer.")
  var output: String?

  @OptionGroup(title: "Report") var report: ReportOptions

  func validate() throws {
    guard (0.05...0.8).contains(sparsity) else {
      throw ValidationError("--sparsity must be 0.05 to 0.8, found \(sparsity).")
    }
    if let steps, !(4...1000).contains(steps) {
      throw ValidationError("--steps must be 4 to 1000, found \(steps).")
    }
  }

  /// What `--json` prints: errors of attention relative to its dense output, for each block.
  private struct Report: Encodable {
    let output: String
    let budgets: [[Double]]
    let errorWithEvenShares: [Double]
    let errorWithBudgets: [Double]

    enum CodingKeys: String, CodingKey {
      case output, budgets
      case errorWithEvenShares = "error_even"
      case errorWithBudgets = "error_budgets"
    }
  }

  func run() throws {
    let console = CommandHost.current(report)
    defer { console.progress.clear() }
    try translatingErrors {
      var learning = BudgetLearning()
      if let prompts { learning.prompts = try PromptLines.read(prompts) }
      learning.side = size
      learning.steps = steps
      learning.seed = seed
      learning.sparsity = sparsity
      model.threads.apply()
      let configuration = model.configuration
      let opened = try Model(
        opening: configuration.source, compute: configuration.compute.precision,
        memoryLimit: configuration.maxMemory)
      for notice in opened.notices { console.log.notice("\(notice)") }
      let path = output ?? opened.budgetsFile
      try OutputRequest(path).checkCanBeWritten()
      let start = ContinuousClock.now
      let outcome = try learning.run(opened, cancellation: Interrupt.cancellation.flag) {
        done, count in
        console.log.debug("step \(done) of \(count)")
        let passed = (ContinuousClock.now - start) / .seconds(1)
        console.progress(.step(done, of: count, secondsLeft: passed / Double(done) * Double(count - done)))
      }
      try outcome.save(to: path)
      console.progress.clear()
      try show(outcome, path: path, console)
    }
  }

  private func show(_ outcome: BudgetLearning.Outcome, path: String, _ console: CommandHost) throws {
    if report.json {
      try EditConsole.printJSON(
        Report(
          output: path, budgets: outcome.budgets.budgets, errorWithEvenShares: outcome.errors.map(\.even),
          errorWithBudgets: outcome.errors.map(\.budgeted)))
      return
    }
    func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
    for (block, error) in outcome.errors.enumerated() {
      console.log.notice(
        "block \(block): error \(percent(error.even)) with even shares, \(percent(error.budgeted)) with these"
      )
    }
    console.log.notice("\(path) written")
  }
}
