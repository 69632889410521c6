import ArgumentParser

/// How many versions of a result are made.
enum Versions {
  static func validate(_ count: Int) throws {
    guard (1...100_000).contains(count) else {
      throw ValidationError("--batch-count must be 1 to 100000, found \(count).")
    }
  }
}
