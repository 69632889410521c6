import CKernels

/// What both factors of a matrix product are rounded to. Sums are in single precision, or exact for integers.
package enum ComputePrecision: String, Codable, Sendable, CaseIterable {
  case fp32
  /// Twice as fast and half the memory on processors with a bfloat16 dot product; half the memory elsewhere.
  case bf16
  /// 8-bit integers with one factor an output for weights and one a row for the input, found anew at each product:
  /// a quarter of the memory and the fastest, most of all on processors with a dot product of bytes. NMSE about
  /// 1e-4 a product.
  case int8

  var kernelCompute: ck_compute {
    switch self {
    case .fp32: CK_COMPUTE_FLOAT32
    case .bf16: CK_COMPUTE_BFLOAT16
    case .int8: CK_COMPUTE_INT8
    }
  }

  /// Neighbours in depth that share 32 bits of a packed panel.
  var unitWidth: Int {
    switch self {
    case .fp32: 1
    case .bf16: 2
    case .int8: 4
    }
  }

  /// Steps of a packed panel for `inputs` columns of the input, what belongs to the panel itself included.
  func panelSteps(inputs: Int) -> Int {
    (inputs + unitWidth - 1) / unitWidth + (self == .int8 ? CK_PANEL_TAIL : 0)
  }

  /// The same, or bfloat16 for 8-bit products so long that their 32-bit sums could overflow.
  func fitting(inputs: Int) -> ComputePrecision { self == .int8 && inputs > CK_INT8_DEPTH ? .bf16 : self }
}
