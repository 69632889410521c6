import Tensors

/// A picture enlarged by cubic interpolation after Catmull and Rom (a = -1/2), laid out as what a pixel shuffle by
/// `factor` makes the enlarged picture of: (H, W, C) to (H, W, C * factor * factor).
///
/// Pixel centres are at (i + 1/2) / factor as in torch with `align_corners=False`; beyond a border that does not
/// close on the other side its pixels are repeated.
func cubicPhases(_ x: Tensor, factor: Int, paddingX: Padding, paddingY: Padding) -> Tensor {
  let (height, width, channels) = (x.shape[0], x.shape[1], x.shape[2])
  let weights = cubicWeights(factor)
  let (left, above) = (
    (0..<width + 4).map { neighbour($0 - 2, width, paddingX) * channels },
    (0..<height + 4).map { neighbour($0 - 2, height, paddingY) * width * channels }
  )
  let area = factor * factor
  var result = Tensor(uninitialized: [height, width, channels * area])
  unsafe result.withUnsafeMutableBuffer { out in
    unsafe x.withUnsafeBuffer { source in
      nonisolated(unsafe) let (out, source) = unsafe (out, source)
      ThreadPool.parallelRanges(height, grain: max(1, 4096 / width)) { rows in
        var line = [Float](repeating: 0, count: width * channels)
        for y in rows {
          for dy in 0..<factor {
            // One row between the rows.
            for index in line.indices {
              var sum: Float = 0
              for tap in 0..<5 { unsafe sum += weights[dy * 5 + tap] * source[above[y + tap] + index] }
              line[index] = sum
            }
            for column in 0..<width {
              let target = (y * width + column) * channels * area + dy * factor
              for channel in 0..<channels {
                for dx in 0..<factor {
                  var sum: Float = 0
                  for tap in 0..<5 { sum += weights[dx * 5 + tap] * line[left[column + tap] + channel] }
                  unsafe out[target + channel * area + dx] = sum
                }
              }
            }
          }
        }
      }
    }
  }
  return result
}

/// For each place between pixels, the weights of the pixels at -2...2.
func cubicWeights(_ factor: Int) -> [Float] {
  (0..<factor).flatMap { phase in
    let place = (Double(phase) + 0.5) / Double(factor) - 0.5
    return (-2...2).map { offset -> Float in
      let distance = abs(Double(offset) - place)
      let weight =
        distance < 1
        ? (1.5 * distance - 2.5) * distance * distance + 1
        : distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0
      return Float(weight)
    }
  }
}

private func neighbour(_ index: Int, _ length: Int, _ padding: Padding) -> Int {
  switch padding {
  case .zero: min(length - 1, max(0, index))
  case .circular: ((index % length) + length) % length
  }
}

/// Each channel `times` times, (H, W, C) to (H, W, C * times): what a pixel shuffle makes a picture of repeated pixels.
func repeatedChannels(_ x: Tensor, times: Int) -> Tensor {
  let count = x.count
  var result = Tensor(uninitialized: x.shape.dropLast() + [x.shape[2] * times])
  unsafe result.withUnsafeMutableBuffer { out in
    unsafe x.withUnsafeBuffer { source in
      for index in 0..<count {
        for copy in 0..<times { unsafe out[index * times + copy] = source[index] }
      }
    }
  }
  return result
}
