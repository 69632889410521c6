import Foundation
import Testing

enum AdjustFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "adjust", ["--image", fixtures.other], ["--output", "OUT/out.png"], ["--json"])
  /// Under a mask of 48 x 48 pixels.
  private static let masked = stand.with(["--gain", "0.5"], ["--mask", fixtures.mask])

  static let cases =
    OutputFlags.reporting(stand, detail: "took")
    + OutputFlags.cases(stand, input: ("--image", fixtures.other)) + masks + light + tone

  private static let masks = [
    stand.value("--image", fixtures.picture, check: otherPixels),
    changed(masked, "--mask", fixtures.mask, without: 160 * 160, with: 48 * 48),
    changed(masked, "--invert-mask", without: 48 * 48, with: 160 * 160 - 48 * 48),
    changed(masked, "--mask-grow", "-4", without: 48 * 48, with: 40 * 40),
    masked.flag("--mask-feather", "6", check: otherPixels),
  ]

  private static let light = [
    tinted("--exposure", "1") { $0.all > $1.all }, tinted("--temperature", "4000") { $0.red < $1.red },
    tinted("--tint", "80") { $0.green < $1.green },
    graded("--contrast", "1.5"),
    stand.with(["--contrast", "1.5"]).flag("--contrast-pivot", "0.5", check: otherPixels),
    stand.flag("--saturation", "0") { without, with in
      try otherPixels(without, with)
      let pixels = try with.pixels()
      #expect(stride(from: 0, to: pixels.count, by: 3).allSatisfy { pixels[$0] == pixels[$0 + 2] })
    },
    graded("--vibrance", "2"),
  ]

  private static let tone = [
    tinted("--lift", "0.2") { $0.all > $1.all }, tinted("--gamma", "1.5") { $0.all > $1.all },
    tinted("--gain", "0.5") { $0.all < $1.all },
    tinted("--curve", "0,0 0.5,0.7 1,1") { $0.all > $1.all },
    tinted("--curve-red", "0,0 1,0.5") { $0.red < $1.red && $0.green == $1.green && $0.blue == $1.blue },
    tinted("--curve-green", "0,0 1,0.5") { $0.green < $1.green && $0.red == $1.red && $0.blue == $1.blue },
    tinted("--curve-blue", "0,0 1,0.5") { $0.blue < $1.blue && $0.red == $1.red && $0.green == $1.green },
    tinted("--lut", fixtures.lookup) { $0.red < $1.red && $0.green == $1.green && $0.blue == $1.blue },
    stand.with(["--lut", fixtures.lookup]).flag("--lut-strength", "0.5") { without, with throws in
      #expect(try Means(with).red > Means(without).red)
    },
  ]

  /// The means of a result's channels.
  private struct Means {
    let red, green, blue: Double

    init(_ trial: Trial) throws {
      let pixels = try trial.pixels()
      func mean(_ channel: Int) -> Double {
        Double(stride(from: channel, to: pixels.count, by: 3).reduce(0) { $0 + Int(pixels[$1]) })
          / Double(pixels.count / 3)
      }
      (red, green, blue) = (mean(0), mean(1), mean(2))
    }

    var all: Double { red + green + blue }
  }

  private static func graded(_ words: String...) -> FlagCase {
    FlagCase(verb: "adjust", flag: words[0]) { try otherPixels(stand.run(), stand.with(words).run()) }
  }

  /// A case by how the result's channels compare with the source's.
  private static func tinted(
    _ flag: String, _ value: String, _ holds: @escaping @Sendable (_ with: Means, _ without: Means) -> Bool
  ) -> FlagCase {
    stand.flag(flag, value) { without, with in
      let (after, before) = (try Means(with), try Means(without))
      #expect(holds(after, before), "\(before) \(after)")
    }
  }

  /// A case by how many pixels change.
  private static func changed(
    _ stand: Stand, _ words: String..., without less: Double, with more: Double
  ) -> FlagCase {
    FlagCase(verb: "adjust", flag: words[0]) { () throws in
      #expect(try number("changed_pixels", stand.without(words[0]).run()) == less)
      #expect(try number("changed_pixels", stand.with(words).run()) == more)
    }
  }
}
