import CKernels

/// The C kernels for this processor, chosen once.
nonisolated(unsafe) let kernels: ck_kernels_table = unsafe ck_kernels().pointee

/// The instruction set that the kernels use: "avx512", "avx2" or "portable".
package var instructionSet: String { unsafe String(cString: kernels.name) }

extension DType {
  var kernelType: ck_dtype {
    switch self {
    case .float32: CK_FLOAT32
    case .float16: CK_FLOAT16
    case .bfloat16: CK_BFLOAT16
    case .int8: CK_INT8
    case .float8E4M3: CK_FLOAT8_E4M3
    case .float8E5M2: CK_FLOAT8_E5M2
    case .q8_0: CK_Q8_0
    case .q6K: CK_Q6_K
    case .q5K: CK_Q5_K
    case .q5_0: CK_Q5_0
    case .q5_1: CK_Q5_1
    case .q4K: CK_Q4_K
    case .q4_0: CK_Q4_0
    case .q4_1: CK_Q4_1
    case .q3K: CK_Q3_K
    case .q2K: CK_Q2_K
    }
  }
}
