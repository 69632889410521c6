import Foundation
import SparseditKit
import Testing

/// The library as a program outside the package sees it.
@Suite struct LibraryTests {
  @Test func aProgramEditsAsTheCommandDoes() throws {
    let scratch = try Scratch()
    let editor = try Editor(EditorConfiguration(model: tinyModel))
    var job = InpaintRequest(
      image: Repository.path("samples/pagoda.jpg"), mask: Repository.path("masks/pagoda.png"),
      prompt: "clouds")
    job.options.seed = 7
    let report = try editor.inpaint(job, to: OutputRequest(scratch.path("library.png")))
    #expect(report.maxDifferenceOutsideMask == 0)
    #expect((report.changedPixels ?? 0) > 10_000)
    let result = try Command.tiny(
      "inpaint", "-i", job.image, "--mask", Repository.path("masks/pagoda.png"), "-p", "clouds", "-s", "7",
      "-o",
      scratch.path("command.png"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.bytes("library.png") == scratch.bytes("command.png"))
  }

  @Test func progressIsToldStepByStep() throws {
    let scratch = try Scratch()
    let events = Events()
    var configuration = EditorConfiguration(model: tinyModel)
    configuration.progress = { events.append($0) }
    try Editor(configuration).generate(
      GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("a.png")))
    let steps = events.all.compactMap { event -> Int? in
      if case .step(let done, of: 4, _) = event { done } else { nil }
    }
    #expect(steps == [1, 2, 3, 4])
  }

  @Test func aCancelledEditLeavesNothing() throws {
    let scratch = try Scratch()
    var configuration = EditorConfiguration(model: tinyModel)
    let cancellation = configuration.cancellation
    configuration.progress = { if case .step(2, _, _) = $0 { cancellation.cancel() } }
    let editor = try Editor(configuration)
    let error = #expect(throws: SparseditError.self) {
      try editor.generate(GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("a.png")))
    }
    #expect(error?.category == .interrupted)
    #expect(try scratch.names.isEmpty)
  }

  private final class Events: @unchecked Sendable {
    private let lock = NSLock()
    private var events: [EditProgress] = []

    func append(_ event: EditProgress) { lock.withLock { events.append(event) } }
    var all: [EditProgress] { lock.withLock { events } }
  }
}
