import Testing

/// Cases of the sampling flags, for every verb that has them.
enum SamplingFlags {
  /// - Parameters:
  ///   - stand: two steps on a canvas that is larger than 80 pixels.
  ///   - wide: one window of 2048 tokens or more, where sparse attention sets in.
  ///   - window: another size than what the verb takes by itself.
  ///   - overlap: one that asks for another number of windows of 64 pixels than the verb's own.
  ///   - isSeeded: whether the seed decides more than the noise.
  static func cases(
    _ stand: Stand, wide: Stand, window: String = "64", overlap: String = "48", isSeeded: Bool = false
  ) -> [FlagCase] {
    [
      stand.flag("--steps", "3") { without, with in
        #expect(try number("steps", with) == 3)
        try otherPixels(without, with)
      },
      stand.flag("--cfg-scale", "5") { without, with in
        try otherPixels(without, with)
        #expect(try with.recipe()?["cfg-scale"] == "5")
      },
      stand.with(["--cfg-scale", "6"]).flag("--guidance-rescale", "0.7") { without, with in
        try otherPixels(without, with)
        #expect(try with.recipe()?["guidance-rescale"] == "0.7")
      },
      stand.flag("--seed", "8") { without, with in
        #expect(try number("seed", with) == 8)
        try otherPixels(without, with)
      },
      stand.flag("--sampling-method", "lcm") { without, with in
        try otherPixels(without, with)
        #expect(try with.recipe()?["sampling-method"] == "lcm")
      },
      stand.flag("--flow-shift", "1") { without, with in
        try otherPixels(without, with)
        #expect(try with.recipe()?["flow-shift"] == "1")
      },
      wide.flag("--sparsity", "0") { without, with throws in
        // The model's own is 0.7, of which the first step takes nothing.
        #expect(try number("attention_sparsity", with) == 0)
        #expect(try number("attention_sparsity", without) > 0.2)
      },
      stand.flag("--window", window, check: otherPixels),
      stand.with(["--window", "64"]).flag("--overlap", overlap, check: otherPixels),
      stand.flag("--preview", "OUT/preview.png") { without, with throws in
        #expect(try with.picture("preview.png").width > 0)
        #expect(try !without.names.contains("preview.png"))
        #expect(try with.pixels() == without.pixels())
      },
      noise(stand, isSeeded: isSeeded),
      stand.flag("--save-latents", "OUT/latents.safetensors") { _, with throws in
        #expect(with.status == 0, "\(with.errors)")
        #expect(try Safetensors.names(with.path("latents.safetensors")) == ["latents"])
      },
      schedule(stand),
    ]
  }

  /// - Parameter stand: an edit under a mask that is small in what the model sees.
  static func reuse(_ stand: Stand) -> FlagCase {
    stand.with(["--steps", "4"]).flag("--reuse", "2") { without, with throws in
      #expect(try number("tokens_computed", with) < number("tokens_total", with))
      #expect(try number("tokens_computed", without) == number("tokens_total", without))
    }
  }

  /// Given noise takes the place of the seed's.
  private static func noise(_ stand: Stand, isSeeded: Bool) -> FlagCase {
    FlagCase(verb: stand.verb, flag: "--noise") {
      // Any latents of the right shape will do.
      let noise = try stand.with(["--save-latents", "OUT/latents.safetensors"]).run().path(
        "latents.safetensors")
      let given = stand.with(["--noise", noise])
      let (one, other) = (try given.with(["--seed", "8"]).run(), try given.with(["--seed", "9"]).run())
      #expect(try (one.pixels() == other.pixels()) == !isSeeded)
      try otherPixels(stand.with(["--seed", "8"]).run(), one)
    }
  }

  /// A schedule from elsewhere, which differs from the model's in its shift alone.
  private static func schedule(_ stand: Stand) -> FlagCase {
    FlagCase(verb: stand.verb, flag: "--schedule-from") {
      let given = try stand.with(["--schedule-from", Fixtures.shared.schedule]).run()
      #expect(try given.pixels() == stand.with(["--flow-shift", "6"]).run().pixels())
      try otherPixels(stand.run(), given)
    }
  }
}
