import CKernels

/// What both factors of a matrix product are rounded to. Sums are in single precision.
package enum ComputePrecision: String, Sendable, CaseIterable {
  case fp32
  /// Twice as fast and half the memory on processors with a bfloat16 dot product; half the memory elsewhere.
  case bf16

  var kernelCompute: ck_compute {
    switch self {
    case .fp32: CK_COMPUTE_FLOAT32
    case .bf16: CK_COMPUTE_BFLOAT16
    }
  }

  /// Neighbours in depth that share 32 bits of a packed panel.
  var unitWidth: Int {
    switch self {
    case .fp32: 1
    case .bf16: 2
    }
  }
}
