import SparseditKit

/// A job that is cancelled after its first step, and another on the same editor that knows nothing of it.
enum CancelledJob {
  static func run(_ folder: String) async throws {
    let editor = Editor()
    var request = GenerateRequest(prompt: "weathered oak planks")
    (request.width, request.height) = (64, 64)
    request.sampling.steps = 4

    let cancellation = Cancellation()
    let first = editor.start(
      request, to: OutputRequest("\(folder)/first.png"), cancellation: cancellation
    ) { if case .step = $0 { cancellation.cancel() } }
    let second = editor.start(request, to: OutputRequest("\(folder)/second.png"))

    do {
      _ = try await first.report
    } catch {
      print("first: \(error)")
    }
    print("second: \(try await second.report.steps) steps")
  }
}
