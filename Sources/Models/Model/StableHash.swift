import Foundation

/// A number that tells contents apart (FNV-1a, 64 bits), the same on every machine and in every run, as Swift's own
/// hash is not: against mistakes, not against forgery.
package struct StableHash {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x0000_0100_0000_01B3 }

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte)) }
  }

  /// Sixteen hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Of a file's bytes, as ``text``.
  package static func ofFile(_ path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw PipelineError(.missingInput, "\(path): no such file, or it may not be read.")
    }
    defer { try? handle.close() }
    var hash = StableHash()
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
      hash.add([UInt8](chunk))
    }
    return hash.text
  }
}
