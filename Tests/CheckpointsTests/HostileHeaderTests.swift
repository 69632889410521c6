import Tensors
import Testing

@testable import Checkpoints

/// Thousands of broken files: each is refused with a message or read within its own bytes. A crash fails the run.
@Suite struct HostileHeaderTests {
  static let header = """
    {"__metadata__":{"format":"pt","note":"a\\u00e9\\n"},
     "blocks.0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
     "blocks.0.bias":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},
     "q":{"dtype":"I8","shape":[4,2],"data_offsets":[32,40]},
     "q.scale":{"dtype":"F32","shape":[4],"data_offsets":[40,56]}}
    """
  static let fragments = [
    "{", "}", "[", "]", "\"", ",", ":", "-", "1e9", "0", "99999999999999999999", "9223372036854775807", "\\u",
    "\\ud800",
    "null", "\"F32\"", "\"shape\"", "\"data_offsets\":[0,24]", "\u{0}", "[[[[[[[[", "1.5", " ", "\"\\", "q",
    "\u{301}",
  ]

  /// The header alone, from memory: it decides what is read, so nothing may get past it.
  @Test func refusesOrBoundsMutatedHeaders() throws {
    var random = SeededRandom(state: 7)
    let valid = safetensors(Self.header, data: (0..<56).map { UInt8($0) })
    var accepted = 0
    var refused = 0
    for round in 0..<20_000 {
      var bytes = valid
      for _ in 0...Int.random(in: 0..<3, using: &random) { mutate(&bytes, using: &random) }
      do {
        let header = try bytes.withUnsafeBytes { try SafetensorsHeader(file: $0, path: "case") }
        accepted += 1
        for entry in header.entries.values {
          #expect(entry.range.lowerBound >= 8 && entry.range.upperBound <= bytes.count, "round \(round)")
          let elements = entry.shape.reduce(1, *)
          #expect(entry.range.count == elements * (SafetensorsHeader.elementSizes[entry.dtype] ?? 0))
        }
      } catch let error as CheckpointError {
        refused += 1
        #expect(error.path == "case" && !error.problem.isEmpty, "round \(round)")
      }
    }
    // Mutations of the data alone leave a file sound; those of the header nearly always break it.
    #expect(accepted > 1000 && refused > 10_000, "accepted \(accepted), refused \(refused)")
  }

  @Test func readsWhatItAccepts() throws {
    let directory = try TemporaryDirectory()
    var random = SeededRandom(state: 8)
    let valid = safetensors(Self.header, data: (0..<56).map { UInt8($0) })
    for _ in 0..<500 {
      var bytes = valid
      mutate(&bytes, using: &random)
      let path = try directory.write(bytes, to: "case.safetensors")
      do {
        let file = try SafetensorsFile(path: path)
        for name in file.names { try readAll(file, name) }
      } catch is CheckpointError {}
    }
  }

  @Test func survivesMutatedIndexes() throws {
    let directory = try TemporaryDirectory()
    var random = SeededRandom(state: 11)
    try directory.write(safetensors(Self.header, data: .init(repeating: 0, count: 56)), to: "one.safetensors")
    let index =
      #"{"metadata":{"total_size":56},"weight_map":{"q":"one.safetensors","q.scale":"one.safetensors"}}"#
    for _ in 0..<1000 {
      var bytes = Array(index.utf8)
      mutate(&bytes, using: &random)
      let path = try directory.write(bytes, to: "model.safetensors.index.json")
      do { _ = try Checkpoint(opening: path) } catch is CheckpointError {}
    }
  }

  private func readAll(_ file: SafetensorsFile, _ name: String) throws {
    do {
      guard let stored = try file.stored(name) else { return }
      #expect(NumericBytes.floats(stored)?.count == stored.count)
    } catch let error as CheckpointError {
      #expect(!error.problem.isEmpty)
    }
  }

  private func mutate(_ bytes: inout [UInt8], using random: inout SeededRandom) {
    let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
    let fragment = Array((Self.fragments.randomElement(using: &random) ?? "").utf8)
    switch Int.random(in: 0..<6, using: &random) {
    case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.removeSubrange(place..<bytes.count)
    case 3: bytes.insert(contentsOf: fragment, at: place)
    case 4: bytes.replaceSubrange(place..<min(bytes.count, place + fragment.count), with: fragment)
    default:
      // The header's own length.
      for index in 0..<min(8, bytes.count) where Bool.random(using: &random) {
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
    }
  }
}
