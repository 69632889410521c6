import Testing

/// Cases of the flags that say where results go and what is reported, for every verb that has them.
enum OutputFlags {
  /// - Parameters:
  ///   - stand: writes `out.png`.
  ///   - input: a flag that names a picture to read, and a picture for it.
  static func cases(_ stand: Stand, input: (flag: String, fixture: String)) -> [FlagCase] {
    [
      output(stand), overwrite(stand, input: input),
      stand.flag("--no-metadata") { without, with throws in
        #expect(try without.recipe() != nil)
        #expect(try with.picture().header.metadata.recipe == nil)
      },
    ]
  }

  static func output(_ stand: Stand) -> FlagCase {
    stand.value("--output", "OUT/named.png") { one, other throws in
      #expect(try one.names.contains("out.png") && !one.names.contains("named.png"))
      #expect(try other.names.contains("named.png") && !other.names.contains("out.png"))
    }
  }

  static func overwrite(_ stand: Stand, input: (flag: String, fixture: String)) -> FlagCase {
    stand.having("same.png", input.fixture)
      .with([input.flag, "OUT/same.png"], ["--output", "OUT/same.png"])
      .flag("--overwrite", check: replacesAnInput)
  }

  /// - Parameter detail: what `--verbose` adds.
  static func reporting(_ stand: Stand, detail: String) -> [FlagCase] {
    let plain = stand.without("--json")
    return [
      plain.flag("--json", check: aReport),
      plain.flag("--quiet", check: silence),
      plain.flag("--verbose") { without, with in
        #expect(!without.errors.contains(detail) && with.errors.contains(detail), "\(with.errors)")
      },
    ]
  }
}
