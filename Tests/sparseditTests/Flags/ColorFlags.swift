import Testing

/// Cases of the flags that hold colours, for every verb that has them.
enum ColorFlags {
  static func reference(_ stand: Stand) -> FlagCase {
    stand.flag("--color-reference", "lab:60.0,5.0,-5.0,10.0,3.0,3.0") { without, with in
      try otherPixels(without, with)
      #expect(try with.recipe()?["color-reference"] == "lab:60.0,5.0,-5.0,10.0,3.0,3.0")
    }
  }

  /// - Parameter stand: makes `out-000.png` and `out-001.png`.
  static func match(_ stand: Stand) -> FlagCase {
    stand.flag("--match-color") { without, with throws in
      #expect(try with.pixels("out-000.png") == without.pixels("out-000.png"))
      #expect(try with.pixels("out-001.png") != without.pixels("out-001.png"))
    }
  }
}
