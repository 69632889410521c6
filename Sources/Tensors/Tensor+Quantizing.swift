import CKernels

extension Tensor {
  /// The elements in one of ggml's block types, or nil where a value is not finite or too large for the type's factors.
  ///
  /// The last axis must be whole blocks.
  package func quantized(to dtype: DType) -> [UInt8]? {
    let (elements, size) = dtype.block
    precondition(elements > 1 && matrixShape.width % elements == 0, "rows are no whole blocks of \(dtype)")
    let blocks = count / elements
    var complete = true
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: blocks * size) { buffer, initialized in
      if let out = buffer.baseAddress, blocks > 0 {
        complete = unsafe read { source in
          // A share of the work is some thousand elements; each writes its own answer.
          let grain = 16
          let shares = (blocks + grain - 1) / grain
          return unsafe withUnsafeTemporaryAllocation(of: Bool.self, capacity: shares) { answers in
            nonisolated(unsafe) let answers = unsafe answers
            ThreadPool.parallel(shares) { share in
              let first = share * grain
              let count = min(grain, blocks - first)
              unsafe answers[share] = unsafe ck_quantize_blocks(
                Int32(dtype.kernelType.rawValue), source + first * elements, Int64(count * elements),
                out + first * size)
            }
            return unsafe answers.allSatisfy { $0 }
          }
        }
      }
      initialized = blocks * size
    }
    return complete ? bytes : nil
  }
}
