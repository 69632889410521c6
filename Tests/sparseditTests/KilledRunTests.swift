import Foundation
import Images
import Testing

/// Runs that are killed while they write.
@Suite struct KilledRunTests {
  /// A kill cannot be answered: what is left is what had a name.
  @Test(arguments: ["out.png", "out.jpg", "out.tif", "old.png"]) func leavesNothing(name: String) throws {
    let scratch = try Scratch()
    // Some tenths of a second of work, row by row.
    try Pictures.write(Pictures.pattern(2000, 1500), scratch.path("in.png"))
    try Data("before".utf8).write(to: URL(fileURLWithPath: scratch.path("old.png")))
    let folder = scratch.url.resolvingSymlinksInPath().path
    let result = try Command.run(
      ["adjust", "-i", scratch.path("in.png"), "-o", scratch.path(name), "--exposure", "1"],
      watching: { process in
        if Self.openFiles(of: process).contains(where: { $0.hasPrefix(folder) && !$0.hasSuffix("/in.png") }) {
          kill(process, SIGKILL)
        }
      })
    #expect(result.status == SIGKILL)
    #expect(try scratch.names == ["in.png", "old.png"])
    #expect(try scratch.bytes("old.png") == Data("before".utf8))
  }

  private static func openFiles(of process: Int32) -> [String] {
    let folder = "/proc/\(process)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }
}
