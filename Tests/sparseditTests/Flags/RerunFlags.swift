import TestSupport
import Testing

enum RerunFlags {
  /// A picture whose recipe names an input that lies in the fixtures' folder.
  private static let graded = Stand(
    "adjust", ["--image", Fixtures.shared.other], ["--exposure", "1"], ["--output", "OUT/out.png"])

  static let cases = [
    FlagCase(verb: "rerun", flag: "--inputs") {
      let picture = try graded.run().path("out.png")
      let folder = Fixtures.shared.other.replacing("/other.png", with: "")
      let without = try Stand("rerun", [picture], ["--output", "OUT/again.png"]).run()
      let with = try Stand("rerun", ["--inputs", folder], [picture], ["--output", "OUT/again.png"]).run()
      #expect(without.status == 66 && without.errors.contains("--inputs"))
      #expect(try with.pixels("again.png") == graded.run().pixels())
    },
    FlagCase(verb: "rerun", flag: "--print") {
      let picture = try graded.run().path("out.png")
      let printed = try Stand(
        "rerun", ["--print"], [picture], ["--image", Fixtures.shared.other], ["--output", "OUT/again.png"]
      ).run()
      #expect(printed.status == 0 && printed.text.hasPrefix("sparsedit adjust "), "\(printed.errors)")
      #expect(printed.text.contains("--exposure=1"))
      #expect(try printed.names.isEmpty)
    },
  ]
}
