import Testing

/// Both runs ended well, and made other pixels.
@Sendable func otherPixels(_ a: Trial, _ b: Trial) throws {
  #expect(try a.pixels() != b.pixels(), "the same pixels")
}

/// The second run prints nothing on standard error, the first does.
@Sendable func silence(_ loud: Trial, _ quiet: Trial) throws {
  #expect(loud.status == 0 && !loud.errors.isEmpty)
  #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
}

/// The second run prints one JSON object, the first none.
@Sendable func aReport(_ plain: Trial, _ json: Trial) throws {
  #expect(plain.status == 0 && !plain.text.hasPrefix("{"), "\(plain.errors)")
  #expect(try !json.report().isEmpty)
}

/// The first run is refused because its output is an input, the second is not.
@Sendable func replacesAnInput(_ refused: Trial, _ done: Trial) throws {
  #expect(refused.status == 73 && refused.errors.contains("--overwrite"), "\(refused.errors)")
  #expect(done.status == 0, "\(done.errors)")
}

/// Tells runs by the number under a key of their reports.
func number(_ key: String, _ trial: Trial) throws -> Double {
  try #require(try trial.report()[key] as? Double, "\(key)")
}
