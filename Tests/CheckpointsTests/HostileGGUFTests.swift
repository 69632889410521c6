import Tensors
import Testing

@testable import Checkpoints

/// Thousands of broken files: each is refused with a message or read within its own bytes. A crash fails the run.
@Suite struct HostileGGUFTests {
  let good: [UInt8]
  let mutation: Mutation

  init() throws {
    good = try Fixtures.bytes("quants.gguf")
    func number(_ value: UInt64, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    mutation = Mutation(
      fragments: [
        number(.max, 8), number(1 << 63, 8), number(UInt64(Int.max), 8), number(0, 8), number(1 << 40, 8),
        number(9, 4), number(8, 4), number(12, 4), number(0xFFFF_FFFF, 4), [0xFF, 0xC0], Array("GGUF".utf8),
        number(8, 4) + number(1 << 62, 8), number(9, 4) + number(9, 4) + number(1 << 20, 8),
        Array("general.alignment".utf8), [0],
      ],
      headerLength: 1400)
  }

  @Test func refusesOrBoundsMutatedHeaders() throws {
    var random = SeededRandom(state: 5)
    var accepted = 0
    var refused = 0
    for round in 0..<12_000 {
      var bytes = good
      for _ in 0...Int.random(in: 0..<3, using: &random) { mutation.apply(to: &bytes, using: &random) }
      do {
        let header = try bytes.withUnsafeBytes { try GGUFHeader(file: $0, path: "case") }
        accepted += 1
        for entry in header.entries.values {
          #expect(entry.range.upperBound <= bytes.count, "round \(round)")
          guard let dtype = entry.dtype else { continue }
          #expect(entry.range.count == dtype.byteCount(of: entry.shape.reduce(1, *)), "round \(round)")
        }
      } catch let error as CheckpointError {
        refused += 1
        #expect(error.path == "case" && !error.problem.isEmpty, "round \(round)")
      }
    }
    #expect(accepted > 500 && refused > 6000, "accepted \(accepted), refused \(refused)")
  }

  /// Opened, every value asked for as every type, every tensor widened.
  @Test func readsWhatItAccepts() throws {
    let directory = try TemporaryDirectory()
    var random = SeededRandom(state: 6)
    var widened = 0
    for _ in 0..<1500 {
      var bytes = good
      mutation.apply(to: &bytes, using: &random)
      let path = try directory.write(bytes, to: "case.gguf")
      do {
        let checkpoint = try Checkpoint(opening: path)
        let values = try #require(checkpoint.gguf)
        for key in values.keys {
          _ = (values.string(key), values.integer(key), values.number(key), values.boolean(key))
          _ = (values.strings(key), values.integers(key), values.numbers(key), values.summary(of: key))
        }
        for name in checkpoint.names {
          do {
            if let stored = try checkpoint.stored(name) {
              #expect(try stored.widened().count == stored.count)
              widened += 1
            }
          } catch is CheckpointError {} catch is TensorError {}
        }
      } catch is CheckpointError {}
    }
    #expect(widened > 1000)
  }

  /// A file that says it is a text encoder, with values that no encoder has.
  @Test func survivesMutatedTextEncoders() throws {
    let directory = try TemporaryDirectory()
    var random = SeededRandom(state: 9)
    let builder = GGUFBytes()
    let whole = builder.file(
      [
        ("general.architecture", .string("llama")), ("llama.attention.head_count", .uint32(2)),
        ("llama.rope.freq_base", .float32(10_000)),
        ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
        ("llama.embedding_length", .uint32(8)),
      ],
      tensors: [
        ("blk.0.attn_q.weight", [8, 4], Array(repeating: 1, count: 32)),
        ("rope_freqs.weight", [2], [1, 1]), ("token_embd.weight", [3, 4], Array(repeating: 2, count: 12)),
      ])
    #expect(throws: Never.self) { try Checkpoint(opening: directory.write(whole, to: "case.gguf")) }
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = whole
      mutation.apply(to: &bytes, using: &random)
      let path = try directory.write(bytes, to: "case.gguf")
      do {
        let checkpoint = try Checkpoint(opening: path)
        for name in checkpoint.names { _ = try checkpoint.stored(name)?.widened() }
        _ = try checkpoint.configuration()
        accepted += 1
      } catch is CheckpointError {} catch is TensorError {}
    }
    #expect(accepted > 100)
  }
}
