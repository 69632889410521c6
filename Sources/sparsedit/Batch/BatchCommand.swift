import ArgumentParser
import Foundation
import SparseditKit

struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Run many edits with one model load; an interrupted batch goes on where it stood.",
    discussion: """
      Examples:
        sparsedit batch --manifest jobs.jsonl --json
        sparsedit batch --input-folder in --mask-folder masks --output-folder out inpaint -p "mossy wall"
        sparsedit batch --manifest prompts.jsonl --output-folder tiles --shard 2/5 texture --steps 20

      A manifest has one JSON object a line: "verb" and the verb's flags under their long names, such as \
      {"verb": "inpaint", "image": "a.jpg", "mask": "a.png", "prompt": "moss", "seed": 7, "output": "b.jpg"}. \
      What follows the batch's own flags is a verb with flags for every item; the item's own win.

      Each item does what the command does by itself, to the byte. Finished items are written into a journal with \
      a digest of their flags and inputs and are not done again while their outputs are there. (Another model of the \
      same name is not noticed: --redo.) A failed item is reported and passed over; the status is 1 in the end.
      """)

  @OptionGroup(title: "Items") var source: BatchSourceOptions

  @Option(
    name: .long,
    help: "Do only part i of n, chosen by a hash of the item: each of n machines takes its own, such as 2/5.")
  var shard: BatchShard = .whole

  @Option(
    name: .long,
    help: "Where finished items are written down. (default: beside the manifest, or in the output folder)")
  var journal: String?

  @Flag(name: .long, help: "Do everything again, whatever the journal says.")
  var redo = false

  @Flag(name: .long, help: "Hold the colours of all items to those of the first.")
  var matchColor = false

  @OptionGroup(title: "Colours") var reference: ColorReferenceOptions

  @Option(name: .long, help: "Also write sheets of all results, 64 a sheet (.png, .jpg, .tif).")
  var contactSheet: String?

  @OptionGroup(title: "Reporting") var report: ReportOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("A verb and flags for every item.", valueName: "verb and flags"))
  var command: [String] = []

  func validate() throws {
    if matchColor, reference.colorReference != nil {
      throw ValidationError("Give --match-color or --color-reference, not both.")
    }
    if matchColor, shard != .whole {
      throw ValidationError(
        "--match-color with --shard: the parts cannot see each other's first picture; give all of them one "
          + "with --color-reference.")
    }
    if source.inputFolder != nil, command.isEmpty {
      throw ValidationError(
        "A folder needs a verb, such as: sparsedit batch --input-folder in ... inpaint -p TEXT.")
    }
  }

  func run() throws {
    let hold = try reference.reference.map { try ColorHold($0) } ?? (matchColor ? ColorHold() : nil)
    let host = CommandHost(report, colorHold: hold)
    var defaults = try BatchDefaults(command: command)
    defaults.outputFolder = source.outputFolder
    defaults.format = source.format?.rawValue
    let items = try source.items(defaults)
    let path = try journal ?? source.journal(shard)
    var run = BatchRun(
      host: host,
      journal: try BatchJournal(path: path, others: BatchSourceOptions.others(path), forgets: redo),
      sheets: try contactSheet.map { try ContactSheetFiles(OutputRequest($0)) }, printsJSON: report.json)
    for item in items {
      if case .success(let arguments) = item.arguments, !shard.owns(arguments) { continue }
      try run.perform(item)
    }
    try run.finish()
  }
}

extension BatchShard: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }

  var defaultValueDescription: String { "\(index)/\(count)" }
}
