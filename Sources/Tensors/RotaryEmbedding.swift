import CKernels

/// Which elements of a head a rotary embedding turns together.
package enum RotaryPairing: Sendable {
  /// Element 2i with 2i + 1 (FLUX, HiDream).
  case adjacent
  /// Element i with i + dim / 2 (Llama).
  case halves
}

/// Turns the pairs of every head in place by the angles of its row (RoFormer, arXiv 2104.09864).
///
/// - Parameters:
///   - x: (tokens, heads * dim).
///   - cosines, sines: (tokens, dim / 2).
package func applyRotary(
  _ x: inout Tensor, cosines: Tensor, sines: Tensor, heads: Int, pairing: RotaryPairing = .adjacent
) {
  let (rows, width) = x.matrixShape
  let dim = width / heads
  precondition(dim * heads == width && dim % 2 == 0, "applyRotary: the heads do not divide the width")
  precondition(
    cosines.count == rows * dim / 2 && sines.count == cosines.count, "applyRotary: tables of another shape")
  let kernel = pairing == .adjacent ? unsafe kernels.rotate_pairs : unsafe kernels.rotate_halves
  unsafe x.write { x in
    unsafe cosines.read { cosines in
      unsafe sines.read { sines in
        ThreadPool.parallelRows(rows, width: width) { range in
          let table = range.lowerBound * dim / 2
          unsafe kernel(
            x + range.lowerBound * width, Int64(range.count), Int64(heads), Int64(dim), cosines + table,
            sines + table)
        }
      }
    }
  }
}
