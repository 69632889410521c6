import CKernels

/// y = activation(x weight^T + bias).
///
/// - Parameters:
///   - x: (..., in); all axes but the last are rows.
///   - bias: (out).
/// - Returns: (..., out).
package func linear(_ x: Tensor, _ weight: WeightMatrix, bias: Tensor? = nil, activation: Activation = .none)
  -> Tensor
{
  var result = Tensor(uninitialized: x.shape.dropLast() + [weight.outputs])
  multiply(x, weight, bias: bias, activation: activation, into: &result)
  return result
}

/// residual + gate * (x weight^T + bias).
///
/// - Parameters:
///   - residual: (..., out).
///   - gate: (out), one factor a column, or nil for one.
/// - Returns: (..., out).
package func linear(
  _ x: Tensor, _ weight: WeightMatrix, bias: Tensor? = nil, gate: Tensor? = nil, addedTo residual: Tensor
) -> Tensor {
  var result = Tensor(uninitialized: residual.shape)
  multiply(x, weight, bias: bias, gate: gate, residual: residual, into: &result)
  return result
}

/// Adds gate * (x weight^T + bias) to `y` in place; shapes as above.
package func addLinear(
  _ x: Tensor, _ weight: WeightMatrix, bias: Tensor? = nil, gate: Tensor? = nil, to y: inout Tensor
) {
  multiply(x, weight, bias: bias, gate: gate, accumulate: true, into: &y)
}

/// silu(x gate^T) * (x up^T): the gated unit of a feed-forward layer in one pass over `x`.
///
/// - Parameters: x (..., in); `gate` and `up` (out, in).
/// - Returns: (..., out).
package func siluGatedLinear(_ x: Tensor, gate: WeightMatrix, up: WeightMatrix) -> Tensor {
  precondition(gate.outputs == up.outputs && gate.inputs == up.inputs, "the two matrices differ in shape")
  precondition(gate.compute == up.compute, "the two matrices differ in precision")
  var result = Tensor(uninitialized: x.shape.dropLast() + [gate.outputs])
  multiply(x, gate, paired: up, into: &result)
  return result
}

private func multiply(
  _ x: Tensor, _ weight: WeightMatrix, bias: Tensor? = nil, activation: Activation = .none,
  gate: Tensor? = nil, residual: Tensor? = nil, paired: WeightMatrix? = nil, accumulate: Bool = false,
  into y: inout Tensor
) {
  let (rows, width) = x.matrixShape
  precondition(width == weight.inputs, "linear: \(width) columns meet weights for \(weight.inputs)")
  precondition(bias.map { $0.count == weight.outputs } ?? true, "linear: the bias has another width")
  precondition(gate.map { $0.count == weight.outputs } ?? true, "linear: the gate has another width")
  precondition(y.count == rows * weight.outputs, "linear: the result has another shape")
  precondition(residual.map { $0.count == y.count } ?? true, "linear: the residual has another shape")
  unsafe y.write { out in
    unsafe x.read { x in
      unsafe bias.read { bias in
        unsafe gate.read { gate in
          unsafe residual.read { residual in
            unsafe weight.withKernelWeights { weights in
              var job = unsafe ck_product(
                x: x, x_stride: Int64(width), picture: nil, weights: weights, bias: bias,
                slope: nil, residual: accumulate ? UnsafePointer(out) : residual,
                residual_stride: Int64(weight.outputs), gate: gate, paired: nil,
                activation: activation.kernelActivation, attends: false, y: out,
                y_stride: Int64(weight.outputs))
              guard let paired else { return unsafe runProduct(job, rows: rows) }
              unsafe paired.withKernelWeights { second in
                unsafe withUnsafePointer(to: second) {
                  unsafe job.paired = unsafe $0
                  unsafe runProduct(job, rows: rows)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The matrix product of two tensors.
///
/// - Parameters: a (n, k); b (k, m), or (m, k) with `transposeB`.
/// - Returns: (n, m). Packs `b` at each call: for weights use `WeightMatrix`.
package func matmul(_ a: Tensor, _ b: Tensor, transposeB: Bool = false) -> Tensor {
  precondition(a.shape.count == 2 && b.shape.count == 2, "matmul takes matrices")
  return linear(a, WeightMatrix(transposeB ? b : b.transposed()))
}
