import Foundation

/// A number that tells contents apart (FNV-1a, 64 bits): against mistakes, not against forgery.
package struct ContentHash {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Of a file's bytes, in hexadecimal digits.
  package static func ofFile(_ path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw PipelineError(.missingInput, "\(path): no such file, or it may not be read.")
    }
    defer { try? handle.close() }
    var hash = ContentHash()
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
      hash.update([UInt8](chunk))
    }
    return String(hash.value, radix: 16)
  }
}
