import Foundation
import Testing

/// The programs in Examples run, one after the other on the same folder.
@Suite struct ExamplesTests {
  @Test func theyDoWhatTheySay() throws {
    let scratch = try Scratch()
    let folder = scratch.path(".")
    let cancelled = try Command.run(["cancelled-job", folder], program: "Examples")
    #expect(
      cancelled.text == "first: interrupted; nothing was written\nsecond: 4 steps\n", "\(cancelled.errors)")
    #expect(try scratch.names == ["second.png"])
    let batch = try Command.run(["batch", folder], program: "Examples")
    #expect(
      batch.text.split(separator: "\n").allSatisfy { $0.contains("seam") }, "\(batch.text) \(batch.errors)")
    let again = try Command.run(["batch", folder], program: "Examples")
    #expect(again.text == "0: done before\n1: done before\n2: done before\n", "\(again.errors)")
    let other = try Command.run(
      ["recipe-again", scratch.path("moss.png"), scratch.path("other.png")], program: "Examples")
    #expect(other.text.hasSuffix("other.png: seed 43\n"), "\(other.errors)")
    #expect(try scratch.bytes("other.png") != scratch.bytes("moss.png"))
  }
}
