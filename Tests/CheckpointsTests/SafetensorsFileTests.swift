import Tensors
import Testing

@testable import Checkpoints

@Suite struct SafetensorsFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(path: directory.write(bytes, to: "file.safetensors"))
  }

  /// Opens bytes that must be refused, and returns the message.
  func refusal(_ bytes: [UInt8]) -> String {
    do {
      _ = try open(bytes)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func readsEveryNumberType() throws {
    // 1.5 and -2 in each encoding; bit patterns from IEEE 754.
    let data: [UInt8] =
      [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0] + [0x00, 0x3E, 0x00, 0xC0] + [0xC0, 0x3F, 0x00, 0xC0] + [3, 0xFC] + [
        0, 0, 0, 0x3F, 0, 0, 0, 0x3F,
      ] + [7, 0, 0, 0, 0, 0, 0, 0]
    let file = try open(
      safetensors(
        """
        {"__metadata__":{"format":"pt"},
         "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
         "b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},
         "c":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},
         "d":{"dtype":"I8","shape":[2,1],"data_offsets":[16,18]},
         "d.scale":{"dtype":"F32","shape":[2],"data_offsets":[18,26]},
         "e":{"dtype":"I64","shape":[],"data_offsets":[26,34]}}
        """, data: data))
    #expect(file.metadata == ["format": "pt"])
    for name in ["a", "b", "c"] { #expect(try file.tensor(name)?.values == [1.5, -2]) }
    let int8 = try #require(try file.stored("d"))
    #expect(int8.dtype == .int8 && int8.rowScale == [0.5, 0.5] && int8.shape == [2, 1])
    #expect(NumericBytes.floats(int8) == [1.5, -2])
    #expect(try file.tensor("e")?.values == [7])
    #expect(try file.tensor("absent") == nil)
    #expect(throws: CheckpointError.self) { try file.stored("e") }
  }

  @Test func widensEveryHalf() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = NumericBytes.half(bits)
      #expect(found == expected || (found.isNaN && expected.isNaN), "bits \(bits)")
      #expect(found.sign == expected.sign || found.isNaN)
    }
  }

  @Test func refusesFilesThatCannotBeSafetensors() {
    #expect(refusal([]).contains("the file is empty"))
    #expect(refusal([1, 2, 3]).contains("expected a header length of 8 bytes, found 3"))
    #expect(refusal(safetensors("{}", length: 100 << 30)).contains("declared length of 107374182400"))
    #expect(refusal(safetensors("{}", length: .max)).contains("declared length"))
    #expect(refusal(safetensors("{}", length: 3)).contains("expected a header of 3 bytes, found only 2"))
    #expect(refusal(safetensors("[]")).contains("expected '{' at byte 8"))
    #expect(refusal(safetensors("{} x")).contains("expected nothing more"))
    #expect(refusal(Array("#!/bin/sh\necho this is a text file\n".utf8)).contains("damaged"))
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}"#, "within the 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "within the 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "expected 12 bytes"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, "non-negative integer"),
    (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "fraction"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}"#, "fits memory"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, "below 2^63"),
    (#"{"a":{"dtype":"X7","shape":[2],"data_offsets":[0,8]}}"#, "found \"X7\""),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, "two data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, "two data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}"#, "expected shape of \"a\" once"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "found \"a\" twice"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
      "found \"a\" and \"b\" on the same bytes"
    ),
  ])
  func refusesHeadersThatLie(header: String, message: String) {
    let found = refusal(safetensors(header, data: [UInt8](repeating: 0, count: 8)))
    #expect(found.contains(message), "\(found)")
  }

  @Test func refusesMissingFilesAndDirectories() {
    #expect(throws: CheckpointError.self) { try SafetensorsFile(path: directory.file("absent")) }
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(path: directory.path) }
    #expect(error?.kind == .unsupported)
  }

  @Test func refusesInt8WithoutItsScale() throws {
    let file = try open(
      safetensors(
        #"{"a":{"dtype":"I8","shape":[4,2],"data_offsets":[0,8]}}"#, data: .init(repeating: 1, count: 8)))
    let error = #expect(throws: CheckpointError.self) { try file.stored("a") }
    #expect(error?.problem.contains("a.scale") == true)
  }
}
