import CKernels

/// Mean and variance of each group of a picture's channels.
package struct GroupStatistics: Sendable, Equatable {
  package let means: [Double]
  package let variances: [Double]

  /// Those of `x` (H, W, C), channels in `groups` equal groups, each over group and picture.
  package init(of x: Tensor, groups: Int) {
    let (rows, width) = x.matrixShape
    precondition(groups > 0 && width % groups == 0, "GroupStatistics: groups do not divide the channels")
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
    var means: [Double] = []
    var variances: [Double] = []
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
      means.append(mean)
      variances.append(max(0, squares / Double(rows * size) - mean * mean))
    }
    self.means = means
    self.variances = variances
  }
}

/// Group norm of a picture: channels in equal groups, normalised by each group's mean and variance.
///
/// - Parameters:
///   - x: (H, W, C).
///   - statistics: of `x`, or of a larger picture that `x` is a part of.
///   - weight, bias: (C).
///   - silu: apply SiLU to the result.
package func groupNorm(
  _ x: Tensor, _ statistics: GroupStatistics, weight: Tensor, bias: Tensor, epsilon: Float,
  silu: Bool = false
) -> Tensor {
  let (rows, width) = x.matrixShape
  let groups = statistics.means.count
  precondition(groups > 0 && width % groups == 0, "groupNorm: groups do not divide the channels")
  precondition(weight.count == width && bias.count == width, "groupNorm: weights of another width")
  let size = width / groups
  var factors = [Float](repeating: 0, count: width)
  var shifts = factors
  let (weights, biases) = (weight.values, bias.values)
  for channel in 0..<width {
    let mean = statistics.means[channel / size]
    let inverse = 1 / (statistics.variances[channel / size] + Double(epsilon)).squareRoot()
    factors[channel] = Float(inverse * Double(weights[channel]))
    shifts[channel] = Float(Double(biases[channel]) - mean * inverse * Double(weights[channel]))
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

/// Group norm by the picture's own statistics; parameters as above, channels in `groups` equal groups.
package func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor, bias: Tensor, epsilon: Float, silu: Bool = false
) -> Tensor {
  groupNorm(
    x, GroupStatistics(of: x, groups: groups), weight: weight, bias: bias, epsilon: epsilon, silu: silu)
}
