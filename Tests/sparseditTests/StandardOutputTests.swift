import Foundation
import TestSupport
import Testing

@Suite struct StandardOutputTests {
  /// A report that nobody gets is no success.
  @Test(arguments: [
    ["inspect", "PICTURE"], ["inspect", "PICTURE", "--json"], ["model", "info", TinyModel.directory],
    ["adjust", "-i", "PICTURE", "--exposure", "1", "-o", "OUTPUT", "--json"],
    ["rerun", "OUTPUT", "--print"],
  ])
  func aFullDeviceIsNoticed(_ words: [String]) throws {
    let scratch = try Scratch()
    let (picture, output) = (scratch.path("in.png"), scratch.path("out.png"))
    try Pictures.write(Pictures.pattern(32, 32), picture)
    if words[0] == "rerun" {
      let made = try Command.run(["adjust", "-i", picture, "--exposure", "1", "-o", output])
      #expect(made.status == 0, "\(made.errors)")
    }
    let arguments = words.map { ["PICTURE": picture, "OUTPUT": output][$0] ?? $0 }
    let result = try Command.run(arguments, standardOutput: "/dev/full")
    #expect(result.status == 74 && result.errors.contains("standard output"), "\(result.errors)")
    #expect(try Command.run(arguments).status == 0)
  }
}
