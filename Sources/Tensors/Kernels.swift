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
    }
  }
}
