import Testing

/// Cases of the flags that say what a picture should show, for every verb that has them.
enum PromptFlags {
  static func cases(_ stand: Stand) -> [FlagCase] {
    [
      stand.value("--prompt", "brick wall") { one, other in
        try otherPixels(one, other)
        #expect(try other.recipe()?["prompt"] == "brick wall")
      },
      file(stand),
      negative(stand),
    ]
  }

  static func negative(_ stand: Stand) -> FlagCase {
    stand.flag("--negative-prompt", "grey") { without, with in
      try otherPixels(without, with)
      #expect(try with.recipe()?["negative-prompt"] == "grey")
    }
  }

  /// A prompt from a file is the same prompt.
  private static func file(_ stand: Stand) -> FlagCase {
    FlagCase(verb: stand.verb, flag: "--prompt-file") {
      let read = try stand.without("--prompt").with(["--prompt-file", Fixtures.shared.prompt]).run()
      let typed = try stand.with(["--prompt", "brick wall"]).run()
      #expect(try read.pixels() == typed.pixels())
      try otherPixels(stand.run(), read)
    }
  }
}
