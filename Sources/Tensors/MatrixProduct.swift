import CKernels

/// What to do with a product before it is written.
package enum Activation: Sendable {
  case none, silu, geluTanh, geluErf, quickGELU, relu, sigmoid

  var kernelActivation: ck_activation {
    switch self {
    case .none: CK_ACTIVATION_NONE
    case .silu: CK_ACTIVATION_SILU
    case .geluTanh: CK_ACTIVATION_GELU_TANH
    case .geluErf: CK_ACTIVATION_GELU_ERF
    case .quickGELU: CK_ACTIVATION_QUICK_GELU
    case .relu: CK_ACTIVATION_RELU
    case .sigmoid: CK_ACTIVATION_SIGMOID
    }
  }
}

/// Cuts a product into tasks of `rows` x `panels` and runs them.
///
/// The cut depends on the shape alone, and each output's sum runs over the depth in order, so the result is
/// the same for any number of threads and a row's result does not depend on the other rows.
func runProduct(_ job: ck_product, rows: Int) {
  let weights = unsafe job.weights
  let panels = unsafe (Int(weights.columns) + panelColumns - 1) / panelColumns
  guard rows > 0, panels > 0 else { return }
  // Streamed weights are widened once for every row block, so those blocks are tall.
  let tallest = unsafe weights.panels == nil ? 1_152 : 192
  let rowBlocks = (rows + tallest - 1) / tallest
  // Blocks of equal height, a multiple of the kernel's 12 rows.
  let height = ((rows + rowBlocks - 1) / rowBlocks + 11) / 12 * 12
  // About 16 tasks where the matrix is large enough, of 128 to 512 columns: a task packs its rows again.
  let wide = max(4, min(16, panels * rowBlocks / 16))
  let columnBlocks = (panels + wide - 1) / wide
  unsafe withUnsafePointer(to: job) { job in
    ThreadPool.parallel(rowBlocks * columnBlocks) { index in
      let row = (index % rowBlocks) * height
      let panel = (index / rowBlocks) * wide
      guard row < rows else { return }
      unsafe kernels.product(
        job, Int64(row), Int64(min(rows, row + height)), Int64(panel), Int64(min(panels, panel + wide)))
    }
  }
}

extension Optional where Wrapped == Tensor {
  /// Calls `body` with the first element, or nil where there is no tensor.
  func read<R>(_ body: (UnsafePointer<Float>?) throws -> R) rethrows -> R {
    switch self {
    case .some(let tensor): try unsafe tensor.read { try unsafe body($0) }
    case .none: try body(nil)
    }
  }
}
