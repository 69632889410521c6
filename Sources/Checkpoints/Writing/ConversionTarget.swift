import Tensors

/// What a checkpoint is converted to, and in which format.
package struct ConversionTarget: Sendable {
  /// What matrices are stored as.
  package enum Precision: String, Sendable, CaseIterable {
    case fp32, fp16, bf16, q8, q6, q5, q4
    case q3, q2
    /// ggml's older type, which every program reads and which is the fastest to write.
    case q4_0
  }

  package enum Format: String, Sendable {
    case safetensors, gguf
  }

  package let precision: Precision
  package let format: Format

  /// Throws a `CheckpointError` for a precision that the format of `path`, told by its ending, cannot hold.
  package init(_ precision: Precision, path: String) throws {
    let format: Format = path.lowercased().hasSuffix(".gguf") ? .gguf : .safetensors
    let fits =
      switch precision {
      case .fp32, .fp16, .bf16, .q8: true
      default: format == .gguf
      }
    guard fits, format == .gguf || path.lowercased().hasSuffix(".safetensors") else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: fits
          ? "expected an output that ends in .safetensors or .gguf"
          : "\(precision.rawValue) is written to GGUF only, and the output does not end in .gguf",
        advice: "name the output accordingly")
    }
    self.precision = precision
    self.format = format
  }

  /// The type that a tensor is written in.
  ///
  /// Vectors (norms, biases), what routes rows to experts, tables of positions and, below 16 bits, the way in and out
  /// keep what they have: their rounding would be seen.
  func dtype(of name: String, shape: [Int], source: DType) -> DType {
    guard shape.count > 1, !Self.staysExact(name) else {
      return format == .gguf && shape.count < 2 ? .float32 : Self.plain(source)
    }
    switch precision {
    case .fp32: return .float32
    case .fp16: return .float16
    case .bf16: return .bfloat16
    default: break
    }
    guard shape.count == 2, !Self.isEnd(name) else { return Self.plain(source) }
    if format == .safetensors { return .int8 }
    let wanted = types.first { shape[1] % $0.block.elements == 0 }
    return wanted ?? (source == .bfloat16 ? .bfloat16 : .float16)
  }

  /// Block types in the order of preference: rows must be whole blocks.
  private var types: [DType] {
    switch precision {
    case .q8: [.q8_0]
    case .q6: [.q6K, .q8_0]
    case .q5: [.q5K, .q5_0]
    case .q4: [.q4K, .q4_0]
    case .q3: [.q3K, .q4_0]
    case .q2: [.q2K, .q4_0]
    case .q4_0: [.q4_0]
    case .fp32, .fp16, .bf16: []
    }
  }

  private static func plain(_ source: DType) -> DType {
    switch source {
    case .float32, .float16, .bfloat16: source
    default: .float32
    }
  }

  private static func staysExact(_ name: String) -> Bool {
    name.hasSuffix(".gate.weight") || name.contains("relative_attention_bias")
      || name.contains("position_embedding")
  }

  private static func isEnd(_ name: String) -> Bool {
    ["x_embedder.", "t_embedder.", "p_embedder.", "final_layer."].contains(where: name.hasPrefix)
  }

  /// llama.cpp's number for what most of a file's tensors are.
  var fileType: UInt32 {
    switch precision {
    case .fp32: 0
    case .fp16: 1
    case .q4_0: 2
    case .q8: 7
    case .q2: 10
    case .q3: 11
    case .q4: 14
    case .q5: 16
    case .q6: 18
    case .bf16: 32
    }
  }
}
