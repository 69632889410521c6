import Tensors
import Testing

@testable import Checkpoints

/// Files that try to run something, to lie about sizes or to fill the memory: each is refused with a message that says
/// why. A crash fails the run.
@Suite struct HostilePickleTests {
  private func problem(_ bytes: [UInt8]) throws -> String {
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "case.pth")
    return try #require(#expect(throws: CheckpointError.self) { try Checkpoint(opening: path) }).problem
  }

  @Test(arguments: [
    ("posix", "system"), ("builtins", "eval"), ("__builtin__", "exec"), ("subprocess", "Popen"),
    ("torch", "load"), ("torch._utils", "_rebuild_device_tensor_from_numpy"), ("collections", "Counter"),
    ("numpy.core.multiarray", "scalar"), ("torch._utils", "_rebuild_tensor_v2.__globals__"),
  ])
  func refusesOtherNames(_ module: String, _ name: String) throws {
    let call =
      [0x80, 2] + PickleBytes.global(module, name) + PickleBytes.tuple(PickleBytes.text("touch /tmp/run"))
      + [0x52, 0x2E]
    #expect(try problem(PickleBytes.file(call)).contains("\(module).\(name) is not among the names"))
    // The same by the instruction of protocol 4.
    let stack =
      [0x80, 4] + PickleBytes.text(module) + PickleBytes.text(name) + [0x93] + PickleBytes.tuple() + [
        0x52, 0x2E,
      ]
    #expect(try problem(PickleBytes.file(stack)).contains("\(module).\(name) is not among the names"))
  }

  @Test func refusesInstructionsThatRunThings() throws {
    let cases: [(code: UInt8, name: String)] = [
      (0x69, "inst"), (0x6F, "obj"), (0x81, "newObj"), (0x92, "newObjEx"), (0x82, "ext1"),
      (0x50, "persistentID"),
      (0x8B, "long4"), (0x96, "byteArray8"), (0x8F, "emptySet"), (0x49, "int"),
    ]
    for (code, name) in cases {
      let found = try problem(PickleBytes.file([0x80, 2, 0x28, 0x7D, code, 0x2E]))
      #expect(found.contains("the instruction \(name) is not"), "\(name): \(found)")
    }
    // Calls of what is no function here: a storage's type, a dictionary.
    let type = PickleBytes.global("torch", "FloatStorage") + PickleBytes.tuple() + [0x52, 0x2E]
    #expect(try problem(PickleBytes.file([0x80, 2] + type)).contains("a call of torch.FloatStorage"))
    let dictionary = [0x80, 2, 0x7D] + PickleBytes.tuple() + [0x52, 0x2E]
    #expect(try problem(PickleBytes.file(dictionary)).contains("a call of a dictionary"))
    // Attributes of anything but a dictionary.
    #expect(
      try problem(PickleBytes.file([0x80, 2, 0x5D, 0x7D, 0x62, 0x2E])).contains("attributes of a list"))
  }

  @Test func refusesTensorsBeyondTheirStorage() throws {
    let cases: [(Int, Int, [Int], [Int])] = [
      (4, 0, [5], [1]), (4, 1, [4], [1]), (4, 5, [0], [1]), (4, -1, [2], [1]), (4, 0, [2], [-1]),
      (4, 0, [-2], [1]), (4, 0, [2, 2], [1]), (4, 0, [Int.max, 2], [1, 1]), (4, 0, [1 << 40], [0]),
      (4, 0, [2, 2], [Int.max, 1]), (4, Int.max, [2], [1]), (4, 0, [2, 2], [3, 1]),
      (4, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ]
    for (elements, offset, shape, strides) in cases {
      let pickle = PickleBytes.tensor(elements: elements, offset: offset, shape: shape, strides: strides)
      let found = try problem(PickleBytes.file(pickle, storage: .init(repeating: 0, count: 16)))
      #expect(found.contains("a tensor within its storage"), "\(shape) \(strides): \(found)")
    }
    for elements in [5, Int.max, 1 << 61] {
      let pickle = PickleBytes.tensor(elements: elements, shape: [1], strides: [1])
      let found = try problem(PickleBytes.file(pickle, storage: .init(repeating: 0, count: 16)))
      #expect(found.contains("in storage \"0\", found 16 bytes"), "\(found)")
    }
    // Sizes with a zero among them, whose product taken the other way round would overflow.
    let pickle = PickleBytes.tensor(elements: 4, shape: [0, 1 << 62, 1 << 62], strides: [1, 1, 1])
    let directory = try TemporaryDirectory()
    let path = try directory.write(
      PickleBytes.file(pickle, storage: .init(repeating: 0, count: 16)), to: "a.pth")
    #expect(try Checkpoint(opening: path).stored("w")?.count == 0)
  }

  @Test func refusesArchivesThatLie() throws {
    let pickle = PickleBytes.tensor(elements: 1, shape: [1], strides: [1])
    let entries = [("a/data.pkl", pickle), ("a/data/0", [UInt8](repeating: 0, count: 4))]
    #expect(try problem(PickleBytes.archive(entries, declared: 1 << 20)).contains("bytes of an entry"))
    #expect(try problem(PickleBytes.archive(entries, method: 8)).contains("packed or encrypted"))
    #expect(try problem(PickleBytes.archive([entries[1]])).contains("one data.pkl in the archive, found 0"))
    #expect(try problem(PickleBytes.archive(entries + [entries[0]])).contains("found \"a/data.pkl\" twice"))
    #expect(try problem(PickleBytes.archive([entries[0]])).contains("expected a storage \"0\", found none"))
    let big = entries + [("a/byteorder", Array("big".utf8))]
    #expect(try problem(PickleBytes.archive(big)).contains("little-endian"))
    let whole = PickleBytes.archive(entries)
    #expect(try problem(Array(whole.dropLast())).contains("end of an archive"))
  }

  @Test func staysSmallAndFlat() throws {
    // A million tuples in each other: freeing them must not recurse.
    let nested = [0x80, 2, 0x29] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(try problem(PickleBytes.file(nested)).contains("a dictionary of tensors, found a tuple"))
    // More instructions than any network needs.
    let long = [0x80, 2] + [UInt8](repeating: 0x4E, count: 3_000_000) + [0x2E]
    #expect(try problem(PickleBytes.file(long)).contains("instructions"))
    // Lists of one list twice, forty times over: 2^40 elements for a program that follows them.
    var doubling: [UInt8] = [0x80, 2, 0x5D]
    for _ in 0..<40 { doubling += [0x71, 0, 0x30, 0x5D, 0x28, 0x68, 0, 0x68, 0, 0x65] }
    #expect(try problem(PickleBytes.file(doubling + [0x2E])).contains("found a list"))
    // A dictionary that holds itself under the name that is followed.
    let loop = [0x80, 2, 0x7D, 0x71, 0] + PickleBytes.text("params") + [0x68, 0, 0x73, 0x2E]
    #expect(try problem(PickleBytes.file(loop)).contains("found none in it"))
    // Text longer than the file.
    #expect(
      try problem(PickleBytes.file([0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0x7F, 0x2E])).contains("expected"))
  }

  static let mutation = Mutation(
    fragments: [
      [0x52], [0x51], [0x28], [0x74], [0x2E], [0x7D], [0x85], [0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80], [0x4A],
      [0x30],
      [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF], Array("PK\u{1}\u{2}".utf8), Array("PK\u{5}\u{6}".utf8),
      Array("cos\nsystem\n".utf8), Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8), [0x68, 0], [0x71, 0],
    ],
    headerLength: 5000)

  /// Opens mutations of `good` and reads every tensor of those that are accepted.
  private func mutate(_ name: String, rounds: Int, seed: UInt64) throws -> (accepted: Int, refused: Int) {
    let good = try Fixtures.bytes("pytorch/\(name).pth")
    let directory = try TemporaryDirectory()
    var random = SeededRandom(state: seed)
    var counts = (accepted: 0, refused: 0)
    for round in 0..<rounds {
      var bytes = good
      for _ in 0...Int.random(in: 0..<3, using: &random) { Self.mutation.apply(to: &bytes, using: &random) }
      let path = try directory.write(bytes, to: "case.pth")
      do {
        let file = try PyTorchFile(path: path)
        counts.accepted += 1
        for name in file.weightNames {
          do {
            let stored = try #require(try file.stored(name))
            #expect(stored.count <= bytes.count && stored.bytes.count <= bytes.count, "round \(round)")
            _ = try stored.widened()
          } catch is CheckpointError {} catch is TensorError {}
        }
      } catch let error as CheckpointError {
        counts.refused += 1
        #expect(error.path == path && !error.problem.isEmpty, "round \(round)")
      }
    }
    return counts
  }

  @Test(arguments: ["plain", "legacy", "training"])
  func refusesOrBoundsMutations(_ name: String) throws {
    let counts = try mutate(name, rounds: 1500, seed: 9)
    #expect(counts.accepted > 20 && counts.refused > 500, "\(counts)")
  }
}
