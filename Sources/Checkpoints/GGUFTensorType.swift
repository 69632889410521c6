import Tensors

/// A ggml element type by its number in the file.
struct GGUFTensorType {
  let number: UInt32

  init(_ number: UInt32) { self.number = number }

  /// The number of a type that can be written.
  init?(_ dtype: DType) {
    guard let number = Self.read.first(where: { $0.value == dtype })?.key else { return nil }
    self.number = number
  }

  /// Nil for a type that is not read here.
  var dtype: DType? { Self.read[number] }

  var name: String { dtype?.rawValue ?? Self.others[number] ?? "type \(number)" }

  private static let read: [UInt32: DType] = [
    0: .float32, 1: .float16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0, 10: .q2K, 11: .q3K, 12: .q4K,
    13: .q5K, 14: .q6K, 30: .bfloat16,
  ]

  private static let others: [UInt32: String] = [
    9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S",
    22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0",
    35: "TQ2_0", 39: "MXFP4",
  ]
}
