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

/// Group norm of a picture: channels in `groups` equal groups, mean and variance over group and picture.
///
/// - Parameters:
///   - x: (H, W, C).
///   - weight, bias: (C).
///   - silu: apply SiLU to the result.
package func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor, bias: Tensor, epsilon: Float, silu: Bool = false
) -> Tensor {
  let (rows, width) = x.matrixShape
  precondition(groups > 0 && width % groups == 0, "groupNorm: groups do not divide the channels")
  precondition(weight.count == width && bias.count == width, "groupNorm: weights of another width")
  // Sums in double over fixed bands of rows, added up in order: the same bits for any number of threads.
  let band = max(1, 65_536 / width)
  let bands = (rows + band - 1) / band
  let sums = unsafe [Double](unsafeUninitializedCapacity: bands * 2 * width) { buffer, count in
    count = bands * 2 * width
    guard let out = buffer.baseAddress else { return }
    unsafe x.read { x in
      ThreadPool.parallel(bands) { index in
        let first = index * band
        unsafe kernels.column_sums(
          x + first * width, Int64(min(band, rows - first)), Int64(width), out + index * 2 * width)
      }
    }
  }
  let size = width / groups
  var factors = [Float](repeating: 0, count: width)
  var shifts = factors
  let (weights, biases) = (weight.values, bias.values)
  for group in 0..<groups {
    let channels = group * size..<(group + 1) * size
    var sum = 0.0
    var squares = 0.0
    for index in 0..<bands {
      for channel in channels {
        sum += sums[index * 2 * width + channel]
        squares += sums[index * 2 * width + width + channel]
      }
    }
    let mean = sum / Double(rows * size)
    let variance = max(0, squares / Double(rows * size) - mean * mean)
    let inverse = 1 / (variance + Double(epsilon)).squareRoot()
    for channel in channels {
      factors[channel] = Float(inverse * Double(weights[channel]))
      shifts[channel] = Float(Double(biases[channel]) - mean * inverse * Double(weights[channel]))
    }
  }
  var result = Tensor(uninitialized: x.shape)
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(rows, width: width) { range in
        let start = range.lowerBound * width
        unsafe kernels.affine(
          x + start, out + start, Int64(range.count), Int64(width), factors, shifts, silu)
      }
    }
  }
  return result
}
