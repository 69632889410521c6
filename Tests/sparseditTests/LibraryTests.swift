import Foundation
import SparseditKit
import Synchronization
import Testing

/// The library as a program outside the package sees it.
@Suite struct LibraryTests {
  private let editor = Editor(EditorConfiguration(model: tinyModel))

  @Test func aProgramEditsAsTheCommandDoes() async throws {
    let scratch = try Scratch()
    var request = InpaintRequest(
      image: InputFile(Repository.path("samples/pagoda.jpg")),
      mask: InputFile(Repository.path("masks/pagoda.png")), prompt: "clouds")
    request.seed = 7
    let report = try await editor.run(request, to: OutputRequest(scratch.path("library.png")))
    #expect(report.maxDifferenceOutsideMask == 0)
    #expect((report.changedPixels ?? 0) > 10_000)
    let result = try Command.tiny(
      "inpaint", "-i", Repository.path("samples/pagoda.jpg"), "--mask", Repository.path("masks/pagoda.png"),
      "-p", "clouds", "-s", "7", "-o", scratch.path("command.png"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.bytes("library.png") == scratch.bytes("command.png"))
  }

  /// Margins without a mask begin from pieces of the picture at the same strength, whoever asks.
  @Test func defaultsAreTheEditsOwn() async throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(64, 48), scratch.path("in.png"))
    var request = InpaintRequest(image: InputFile(scratch.path("in.png")), mask: nil, prompt: "sky")
    request.extend = PictureMargins(left: 16)
    _ = try await editor.run(request, to: OutputRequest(scratch.path("library.png")))
    let recipe = try Recipe.read(InputFile(scratch.path("library.png")))
    #expect((recipe.request as? InpaintRequest)?.strength == 0.6)
    let result = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "--extend", "left=16", "-p", "sky", "-o",
      scratch.path("command.png"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.bytes("library.png") == scratch.bytes("command.png"))
  }

  @Test func progressIsToldStepByStep() async throws {
    let scratch = try Scratch()
    let steps = Mutex<[Int]>([])
    _ = try await editor.run(
      GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("a.png"))
    ) { event in
      if case .step(let done, of: 4, _) = event { steps.withLock { $0.append(done) } }
    }
    #expect(steps.withLock { $0 } == [1, 2, 3, 4])
  }

  /// A cancelled job leaves nothing, and the next one on the same editor knows nothing of it.
  @Test func aCancelledJobIsItsOwn() async throws {
    let scratch = try Scratch()
    let cancellation = Cancellation()
    let job = editor.start(
      GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("a.png")), cancellation: cancellation
    ) { if case .step(2, _, _) = $0 { cancellation.cancel() } }
    let next = editor.start(GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("b.png")))
    let waiting = editor.start(GenerateRequest(prompt: "stone"), to: OutputRequest(scratch.path("c.png")))
    waiting.cancel()
    await #expect(throws: SparseditError.self) { try await job.report }
    await #expect(throws: SparseditError.self) { try await waiting.report }
    #expect(try await next.report.steps == 4)
    #expect(try job.state.isInterrupted && scratch.names == ["b.png"])
  }

  /// Edits that are begun at once from many tasks run one by one, and each gets its own result.
  @Test func manyTasksGetTheirOwnResults() async throws {
    let scratch = try Scratch()
    let running = Running()
    try await withThrowingTaskGroup(of: (Int64, EditReport).self) { group in
      for seed in Int64(0)..<6 {
        group.addTask { [editor, running] in
          var request = GenerateRequest(prompt: "stone")
          request.seed = seed
          request.sampling.steps = 2
          let report = try await editor.run(request, to: OutputRequest(scratch.path("\(seed).png"))) {
            event in
            if case .stage(.encodingPrompt) = event {
              running.begin()
            }
            if case .stage(.finishing) = event { running.end() }
          }
          return (seed, report)
        }
      }
      for try await (seed, report) in group {
        #expect(report.seed == seed && report.output.hasSuffix("/\(seed).png"))
      }
    }
    #expect(running.most == 1)
    #expect(Set(try (0..<6).map { try scratch.bytes("\($0).png") }).count == 6)
  }

  @Test func settingsOutOfTheirRangesAreRefused() async throws {
    let scratch = try Scratch()
    var request = GenerateRequest(prompt: "stone")
    request.sampling.steps = 0
    let job = editor.start(request, to: OutputRequest(scratch.path("a.png")))
    guard case .failure(let error) = await job.result else {
      Issue.record("no steps were taken for a request")
      return
    }
    #expect(error.category == .usage && error.description.contains("`steps`"))
  }
}

/// How many edits run at a time.
private final class Running: Sendable {
  private let count = Mutex((now: 0, most: 0))

  func begin() { count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func end() { count.withLock { $0.now -= 1 } }
  var most: Int { count.withLock { $0.most } }
}

extension Job.State {
  fileprivate var isInterrupted: Bool {
    if case .failed(let error) = self { error.category == .interrupted } else { false }
  }
}
