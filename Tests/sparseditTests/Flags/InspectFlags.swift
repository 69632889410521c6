import Testing

enum InspectFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand("inspect", [fixtures.picture], ["--json"])
  private static let pair = stand.with(["--compare", fixtures.other])

  static let cases = [
    stand.without("--json").flag("--json", check: aReport),
    stand.flag("--compare", fixtures.other) { without, with throws in
      #expect(try with.report()["identical"] as? Bool == false)
      #expect(try without.report()["identical"] == nil)
    },
    pair.flag("--mask", fixtures.mask) { without, with throws in
      #expect(try pixels(with) == 48 * 48 && pixels(without) == 160 * 160)
    },
    pair.with(["--mask", fixtures.mask]).flag("--invert-mask") { without, with throws in
      #expect(try pixels(with) == 160 * 160 - pixels(without))
    },
    stand.flag("--statistics") { without, with throws in
      #expect(try (with.report()["statistics"] as? [Any])?.count == 3)
      #expect(try !(without.report()["statistics"] is [Any]))
    },
    stand.flag("--seam-ratio") { without, with throws in
      #expect(try with.report()["seam_ratio"] is [String: Any])
      #expect(try !(without.report()["seam_ratio"] is [String: Any]))
    },
  ]

  /// Of the part that counts as inside.
  private static func pixels(_ trial: Trial) throws -> Int {
    try #require((trial.report()["inside"] as? [String: Any])?["pixels"] as? Int)
  }
}
