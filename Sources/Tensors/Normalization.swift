import CKernels

/// Layer norm without weights, then modulation: x_norm * (1 + scale) + shift.
///
/// - Parameters:
///   - x: (..., width); each row is normalised by its own mean and variance.
///   - scale, shift: (width), nil for zero.
package func layerNorm(_ x: Tensor, epsilon: Float, scale: Tensor? = nil, shift: Tensor? = nil) -> Tensor {
  layerNorm(x, epsilon: epsilon, base: 1, factor: scale, shift: shift)
}

/// Layer norm with weights: x_norm * weight + bias.
///
/// - Parameters: x (..., width); weight, bias (width).
package func layerNorm(_ x: Tensor, epsilon: Float, weight: Tensor, bias: Tensor?) -> Tensor {
  layerNorm(x, epsilon: epsilon, base: 0, factor: weight, shift: bias)
}

private func layerNorm(_ x: Tensor, epsilon: Float, base: Float, factor: Tensor?, shift: Tensor?) -> Tensor {
  let (rows, width) = x.matrixShape
  precondition(factor.map { $0.count == width } ?? true, "layerNorm: the factor has another width")
  precondition(shift.map { $0.count == width } ?? true, "layerNorm: the shift has another width")
  var result = Tensor(uninitialized: x.shape)
  unsafe result.write { out in
    unsafe x.read { x in
      unsafe factor.read { factor in
        unsafe shift.read { shift in
          ThreadPool.parallelRows(rows, width: width) { range in
            let start = range.lowerBound * width
            unsafe kernels.layer_norm(
              x + start, out + start, Int64(range.count), Int64(width), epsilon, base, factor, shift)
          }
        }
      }
    }
  }
  return result
}

/// x / sqrt(mean(x^2) + epsilon) * weight over the last axis.
///
/// - Parameters: x (..., width); weight (width), nil for one.
package func rmsNorm(_ x: Tensor, weight: Tensor?, epsilon: Float) -> Tensor {
  let (rows, width) = x.matrixShape
  precondition(weight.map { $0.count == width } ?? true, "rmsNorm: the weight has another width")
  var result = Tensor(uninitialized: x.shape)
  unsafe result.write { out in
    unsafe x.read { x in
      unsafe weight.read { weight in
        ThreadPool.parallelRows(rows, width: width) { range in
          let start = range.lowerBound * width
          unsafe kernels.rms_norm(
            x + start, out + start, Int64(range.count), Int64(width), epsilon, weight)
        }
      }
    }
  }
  return result
}

/// Softmax over the last axis.
package func softmaxRows(_ x: Tensor) -> Tensor {
  let (rows, width) = x.matrixShape
  var result = Tensor(uninitialized: x.shape)
  guard width > 0 else { return result }
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(rows, width: width) { range in
        let start = range.lowerBound * width
        unsafe kernels.softmax(x + start, out + start, Int64(range.count), Int64(width))
      }
    }
  }
  return result
}
