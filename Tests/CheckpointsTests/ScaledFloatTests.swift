import Tensors
import Testing

@testable import Checkpoints

/// 8-bit floats as ComfyUI's files keep them, plain and scaled.
@Suite struct ScaledFloatTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// 1 and -2 in E4M3 (bias 7), 1 and -2 in E5M2 (bias 15).
  static let ones: [UInt8] = [0x38, 0xC0]
  static let wider: [UInt8] = [0x3C, 0xC0]

  func open(_ header: String, _ data: [UInt8]) throws -> Checkpoint {
    try Checkpoint(opening: directory.write(safetensors(header, data: data), to: "one.safetensors"))
  }

  @Test func readsPlainOnes() throws {
    let checkpoint = try open(
      #"""
      {"a.weight":{"dtype":"F8_E4M3","shape":[2,1],"data_offsets":[0,2]},
       "b.weight":{"dtype":"F8_E5M2","shape":[1,2],"data_offsets":[2,4]}}
      """#, Self.ones + Self.wider)
    #expect(try checkpoint.stored("a.weight")?.widened().values == [1, -2])
    #expect(try checkpoint.stored("b.weight")?.widened().values == [1, -2])
  }

  @Test(arguments: ["scale_weight", "weight_scale"]) func appliesFactors(_ name: String) throws {
    // 0.5 and -3 as 32-bit floats; one factor for the first matrix, one a row for the second.
    let factors: [UInt8] = [0, 0, 0, 0x3F, 0, 0, 0x40, 0xC0]
    let checkpoint = try open(
      """
      {"a.weight":{"dtype":"F8_E4M3","shape":[2,1],"data_offsets":[0,2]},
       "a.\(name)":{"dtype":"F32","shape":[],"data_offsets":[2,6]},
       "a.scale_input":{"dtype":"F32","shape":[],"data_offsets":[6,10]},
       "b.weight":{"dtype":"F8_E4M3","shape":[2,1],"data_offsets":[10,12]},
       "b.\(name)":{"dtype":"F32","shape":[2,1],"data_offsets":[12,20]},
       "scaled_fp8":{"dtype":"F8_E4M3","shape":[0],"data_offsets":[20,20]}}
      """, Self.ones + factors.prefix(4) + factors.prefix(4) + Self.ones + factors)
    #expect(checkpoint.names == ["a.weight", "b.weight"])
    #expect(try checkpoint.stored("a.weight")?.widened().values == [0.5, -1])
    #expect(try checkpoint.stored("b.weight")?.widened().values == [0.5, 6])
    // The factor is in the product too, whatever it is computed in.
    let x = Tensor([2], shape: [1, 1])
    for compute in ComputePrecision.allCases {
      for residency in [WeightResidency.packed, .streamed] {
        let weight = try WeightMatrix(
          #require(try checkpoint.stored("b.weight")), residency: residency, compute: compute)
        let y = linear(x, weight).values
        #expect(abs(y[0] - 1) < 0.01 && abs(y[1] - 12) < 0.1, "\(compute): \(y)")
      }
    }
  }

  @Test func refusesFactorsThatAreNone() throws {
    for (shape, end, bytes) in [("[3]", 14, 12), ("[2,2]", 18, 16)] {
      let checkpoint = try open(
        """
        {"a.weight":{"dtype":"F8_E4M3","shape":[2,1],"data_offsets":[0,2]},
         "a.scale_weight":{"dtype":"F32","shape":\(shape),"data_offsets":[2,\(end)]}}
        """, Self.ones + [UInt8](repeating: 0, count: bytes))
      let error = #expect(throws: CheckpointError.self) { try checkpoint.stored("a.weight") }
      #expect(error?.problem.contains("1 or 2 finite factors") == true)
    }
    let infinite = try open(
      #"""
      {"a.weight":{"dtype":"F8_E4M3","shape":[2,1],"data_offsets":[0,2]},
       "a.scale_weight":{"dtype":"F32","shape":[],"data_offsets":[2,6]}}
      """#, Self.ones + [0, 0, 0x80, 0x7F])
    #expect(throws: CheckpointError.self) { try infinite.stored("a.weight") }
  }
}
