/// How the elements of a stored tensor are encoded. Names are those of the safetensors format and of ggml.
package enum DType: String, Sendable, Codable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int8 = "I8"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  // ggml's: blocks of small integers with factors of their own.
  case q8_0 = "Q8_0"
  case q6K = "Q6_K"
  case q5K = "Q5_K"
  case q5_0 = "Q5_0"
  case q5_1 = "Q5_1"
  case q4K = "Q4_K"
  case q4_0 = "Q4_0"
  case q4_1 = "Q4_1"
  case q3K = "Q3_K"
  case q2K = "Q2_K"

  /// Elements and bytes of the smallest piece that can be read alone; a row is a whole number of them.
  package var block: (elements: Int, bytes: Int) {
    switch self {
    case .float32: (1, 4)
    case .float16, .bfloat16: (1, 2)
    case .int8, .float8E4M3, .float8E5M2: (1, 1)
    case .q8_0: (32, 34)
    case .q5_0: (32, 22)
    case .q5_1: (32, 24)
    case .q4_0: (32, 18)
    case .q4_1: (32, 20)
    case .q6K: (256, 210)
    case .q5K: (256, 176)
    case .q4K: (256, 144)
    case .q3K: (256, 110)
    case .q2K: (256, 84)
    }
  }

  /// Whether the file keeps factors for this type apart from the elements.
  package var takesRowScale: Bool {
    switch self {
    case .int8, .float8E4M3, .float8E5M2: true
    default: false
    }
  }

  /// Bytes of `elements`, whole blocks; nil where that is not a number.
  package func byteCount(of elements: Int) -> Int? {
    let (bytes, overflow) = (elements / block.elements).multipliedReportingOverflow(by: block.bytes)
    return overflow ? nil : bytes
  }

  /// Bytes before element `index` of a tensor that was validated; `index` begins a block.
  func offset(of index: Int) -> Int { index / block.elements * block.bytes }
}
