import Foundation
import Testing

/// Cases of the flags that choose a model and how it is run, for every verb that has them.
enum ModelPartFlags {
  /// The flags of a HiDream-I1's parts and the folders that a model keeps these in.
  static let encoders = [
    ("--clip_l", "text_encoder"), ("--clip_g", "text_encoder_2"), ("--t5xxl", "text_encoder_3"),
    ("--llm", "text_encoder_4"),
  ]
  static let parts = [("--vae", "vae")] + encoders

  /// - Parameter stand: with the tiny model.
  static func cases(_ stand: Stand) -> [FlagCase] {
    let fixtures = Fixtures.shared
    let hiDream = stand.with(["--model", fixtures.hiDream])
    return [
      stand.value("--model", fixtures.hiDream) { one, other in
        #expect(try other.report()["model"] as? String == fixtures.hiDream)
        try otherPixels(one, other)
      },
      stand.flag("--lora", fixtures.adapter) { without, with in
        #expect(with.errors.contains("changes 1 matrices"))
        try otherPixels(without, with)
      },
      hiDream.flag("--variant", "fast") { without, with in
        #expect(with.errors.contains("HiDream-I1 Fast, as --variant says"))
        try otherPixels(without, with)
      },
      cache(hiDream),
      FlagCase(verb: stand.verb, flag: "--threads") {
        let (one, three) = (
          try stand.with(["--threads", "1"]).run(), try stand.with(["--threads", "3"]).run()
        )
        #expect(try number("threads", one) == 1 && number("threads", three) == 3)
        #expect(try one.pixels() == three.pixels())
      },
      stand.flag("--compute", "bf16") { without, with in
        #expect(try with.recipe()?["compute"] == "bf16")
        try otherPixels(without, with)
      },
      memory(stand),
    ] + parts.map { part(hiDream, $0) { try $0.pixels() == $1.pixels() } }
  }

  /// A model that lacks a part is refused with the flag's name, and is whole with the flag.
  ///
  /// - Parameter isSame: whether two runs gave the same result.
  static func part(
    _ stand: Stand, _ part: (flag: String, folder: String),
    _ isSame: @escaping @Sendable (Trial, Trial) throws -> Bool
  ) -> FlagCase {
    let model = Fixtures.shared.hiDream
    return stand.with(["--model", Fixtures.shared.hiDream(without: part.folder)])
      .flag(part.flag, "\(model)/\(part.folder)") { without, with throws in
        #expect(without.status == 66 && without.errors.contains(part.flag), "\(without.errors)")
        #expect(with.status == 0, "\(with.errors)")
        #expect(try isSame(stand.with(["--model", model]).run(), with))
      }
  }

  /// - Parameter stand: with the tiny HiDream-I1.
  static func cache(_ stand: Stand) -> FlagCase {
    stand.flag("--no-cache") { without, with throws in
      #expect(try without.names.contains("cache") && !with.names.contains("cache"))
      #expect(without.status == 0 && with.status == 0, "\(with.errors)")
    }
  }

  static func memory(_ stand: Stand) -> FlagCase {
    stand.flag("--max-memory", "100K") { without, with throws in
      #expect(without.status == 0 && with.status == 75, "\(without.errors)")
      #expect(with.errors.contains("--max-memory allows"), "\(with.errors)")
      #expect(try with.names.allSatisfy { !$0.hasPrefix("out") })
    }
  }

  /// For verbs whose reports do not tell: the most threads that the process is seen to have.
  static func threads(_ verb: String, _ arguments: @escaping @Sendable (Scratch) -> [String]) -> FlagCase {
    FlagCase(verb: verb, flag: "--threads") { () throws in
      func most(_ threads: Int) throws -> Int {
        var most = 0
        // On a busy machine a run may end between two looks.
        for _ in 0..<20 where most < threads {
          let scratch = try Scratch()
          let result = try Command.run(
            verb.split(separator: " ").map(String.init) + arguments(scratch) + ["--threads", "\(threads)"],
            watching: { process in
              let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
              most = max(most, tasks?.count ?? 0)
            })
          #expect(result.status == 0, "\(result.errors)")
        }
        return most
      }
      #expect(try (most(1), most(4)) == (1, 4))
    }
  }
}
