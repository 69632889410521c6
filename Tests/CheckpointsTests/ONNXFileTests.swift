import Tensors
import Testing

@testable import Checkpoints

/// An ONNX file by hand: tag, length, content, as onnx.proto3 and protobuf's encoding describe them.
enum ONNXBytes {
  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }

  static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  static func tensor(_ name: String, _ shape: [UInt64], type: UInt64 = 1, _ values: [UInt8], raw: UInt64 = 9)
    -> [UInt8]
  {
    field(
      5, shape.flatMap { field(1, $0) } + field(2, type) + field(8, Array(name.utf8)) + field(raw, values))
  }

  static func operation(_ kind: String, _ inputs: [String]) -> [UInt8] {
    field(
      1, inputs.flatMap { field(1, Array($0.utf8)) } + field(2, [0x79]) + field(4, Array(kind.utf8)))
  }

  static func model(_ graph: [UInt8]) -> [UInt8] {
    field(1, 7) + field(2, Array("someone".utf8)) + field(7, graph)
  }

  static let good = model(
    operation("Conv", ["x", "17", "18"]) + operation("Relu", ["y"])
      + tensor("17", [2, 1, 1, 2], floats([1, 2, 3, 4])) + tensor("18", [2], floats([5, 6]), raw: 4)
      + tensor("packed", [], floats([7])) + tensor("whole", [1], type: 7, [UInt8](repeating: 0, count: 8)))
}

@Suite struct ONNXFileTests {
  private func checkpoint(_ bytes: [UInt8], _ body: (Checkpoint) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    try body(try Checkpoint(opening: try directory.write(bytes, to: "model.onnx")))
  }

  @Test func readsInitialisersAndWhatTakesThem() throws {
    try checkpoint(ONNXBytes.good) { checkpoint in
      #expect(checkpoint.names == ["17", "18", "packed", "whole"])
      #expect(
        checkpoint.operations == [
          ONNXOperation(kind: "Conv", inputs: ["x", "17", "18"]), ONNXOperation(kind: "Relu", inputs: ["y"]),
        ])
      let (weight, bias) = (try checkpoint.stored("17"), try checkpoint.stored("18"))
      #expect(weight?.shape == [2, 1, 1, 2])
      #expect(try weight?.widened().values == [1, 2, 3, 4])
      #expect(try bias?.widened().values == [5, 6])
      #expect(throws: CheckpointError.self) { try checkpoint.stored("whole") }
    }
  }

  @Test func knowsTensorsUnderOtherNames() throws {
    try checkpoint(ONNXBytes.good) { checkpoint in
      let renamed = checkpoint.renamed(["a.weight": "17", "a.bias": "18", "nothing": "19"])
      #expect(renamed.names == ["a.bias", "a.weight"])
      #expect(renamed.shape(of: "a.weight") == [2, 1, 1, 2] && renamed.shape(of: "17") == nil)
      let bias = try renamed.stored("a.bias")
      #expect(try bias?.widened().values == [5, 6])
    }
  }

  @Test(arguments: [
    ONNXBytes.tensor("17", [3], ONNXBytes.floats([1, 2])),
    ONNXBytes.tensor("17", [1 << 62, 8], ONNXBytes.floats([1, 2])),
    ONNXBytes.tensor("17", [2], ONNXBytes.floats([1, 2]) + [0]),
    // Values in a file of their own.
    ONNXBytes.field(
      5,
      ONNXBytes.field(1, 2) + ONNXBytes.field(2, 1) + ONNXBytes.field(8, Array("17".utf8))
        + ONNXBytes.field(14, 1)
    ),
  ])
  func refusesValuesThatAreNotThere(_ graph: [UInt8]) throws {
    try checkpoint(ONNXBytes.model(graph)) { checkpoint in
      let error = #expect(throws: CheckpointError.self) { try checkpoint.stored("17") }
      #expect(error?.problem.contains("17") == true)
    }
  }

  /// Thousands of broken files: each is refused with a message or read within its own bytes. A crash fails the run.
  @Test func refusesOrBoundsMutatedFiles() throws {
    let good = ONNXBytes.good
    let mutation = Mutation(
      fragments: [
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x3A, 0xFF, 0x7F], [0x2A, 0x02],
        [0x0B],
        [0x0D], [0x09], [0x80], Array("17".utf8), ONNXBytes.field(1, .max), ONNXBytes.field(1, 1 << 40), [],
      ], headerLength: good.count)
    var random = SeededRandom(state: 21)
    var (accepted, refused) = (0, 0)
    for round in 0..<8000 {
      var bytes = good
      for _ in 0...Int.random(in: 0..<3, using: &random) { mutation.apply(to: &bytes, using: &random) }
      do {
        let graph = try bytes.withUnsafeBytes { try ONNXGraph(file: $0, path: "case") }
        accepted += 1
        #expect(
          graph.entries.values.allSatisfy { ($0.range?.upperBound ?? 0) <= bytes.count }, "round \(round)")
      } catch let error as CheckpointError {
        refused += 1
        #expect(error.path == "case" && !error.problem.isEmpty, "round \(round)")
      }
    }
    #expect(accepted > 500 && refused > 2000, "accepted \(accepted), refused \(refused)")
  }

  /// Opened, and every tensor that is accepted widened.
  @Test func readsWhatItAccepts() throws {
    let directory = try TemporaryDirectory()
    let mutation = Mutation(fragments: [[0x7F], ONNXBytes.field(1, 3)], headerLength: ONNXBytes.good.count)
    var random = SeededRandom(state: 22)
    var widened = 0
    for _ in 0..<600 {
      var bytes = ONNXBytes.good
      mutation.apply(to: &bytes, using: &random)
      let path = try directory.write(bytes, to: "case.onnx")
      guard let checkpoint = try? Checkpoint(opening: path) else { continue }
      for name in checkpoint.names {
        guard let stored = try? checkpoint.stored(name) else { continue }
        widened += try stored.widened().count
      }
    }
    #expect(widened > 500)
  }
}
