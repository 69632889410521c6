/// How the elements of a stored tensor are encoded. Names are those of the safetensors format.
package enum DType: String, Sendable, Codable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int8 = "I8"
  case float8E4M3 = "F8_E4M3"

  package var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .int8, .float8E4M3: 1
    }
  }
}
