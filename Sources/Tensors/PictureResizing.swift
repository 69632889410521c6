/// The largest of each block of 2 x 2 pixels, (H, W, C) to (H / 2, W / 2, C) rounded up; blocks at an odd border are
/// what there is of them.
package func maxPool2x2(_ x: Tensor) -> Tensor {
  let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
  let (outHeight, outWidth) = ((h + 1) / 2, (w + 1) / 2)
  var result = Tensor(uninitialized: [outHeight, outWidth, c])
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(outHeight, width: 2 * w * c) { range in
        for y in range {
          let above = unsafe x + 2 * y * w * c
          let below = unsafe 2 * y + 1 < h ? above + w * c : above
          for column in 0..<outWidth {
            let left = 2 * column * c
            let right = 2 * column + 1 < w ? left + c : left
            let target = unsafe out + (y * outWidth + column) * c
            for i in 0..<c {
              let first = unsafe max(above[left + i], above[right + i])
              unsafe target[i] = unsafe max(first, max(below[left + i], below[right + i]))
            }
          }
        }
      }
    }
  }
  return result
}

/// `x` at another size, (H, W, C) to (height, width, C), linear between the pixels' centres as torch's `interpolate`
/// does without `align_corners`: the border is repeated, and nothing is averaged where it becomes smaller.
package func resizeBilinear(_ x: Tensor, height: Int, width: Int) -> Tensor {
  var result = Tensor(uninitialized: [height, width, x.shape[2]])
  writeResized(x, into: &result, channel: 0)
  return result
}

/// The channels of `x` and then those of `beside`: (h, w, C) and (H, W, D) to (H, W, C + D), `x` resized bilinearly
/// where it has another size.
package func joinChannels(_ x: Tensor, _ beside: Tensor) -> Tensor {
  let (h, w, c, d) = (beside.shape[0], beside.shape[1], x.shape[2], beside.shape[2])
  var result = Tensor(uninitialized: [h, w, c + d])
  writeResized(x, into: &result, channel: 0)
  writeResized(beside, into: &result, channel: c)
  return result
}

/// Writes `x`, resized to `result`'s size, to its channels from `channel` on.
private func writeResized(_ x: Tensor, into result: inout Tensor, channel: Int) {
  let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
  let (height, width, step) = (result.shape[0], result.shape[1], result.shape[2])
  precondition(channel + c <= step && h > 0 && w > 0, "a picture of another shape is written")
  let rows = linearTaps(from: h, to: height)
  let columns = linearTaps(from: w, to: width)
  let isCopy = h == height && w == width
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(height, width: width * c) { range in
        for y in range {
          let above = unsafe x + rows[y].first * w * c
          let below = unsafe x + rows[y].second * w * c
          let v = rows[y].weight
          for column in 0..<width {
            let target = unsafe out + (y * width + column) * step + channel
            if isCopy {
              unsafe target.update(from: above + column * c, count: c)
              continue
            }
            let (left, right, u) = (
              columns[column].first * c, columns[column].second * c, columns[column].weight
            )
            for i in 0..<c {
              let upper = unsafe above[left + i] + u * (above[right + i] - above[left + i])
              let lower = unsafe below[left + i] + u * (below[right + i] - below[left + i])
              unsafe target[i] = upper + v * (lower - upper)
            }
          }
        }
      }
    }
  }
}

/// The two samples that each of `target` new ones lies between, and the second one's weight.
private func linearTaps(from source: Int, to target: Int) -> [(first: Int, second: Int, weight: Float)] {
  (0..<target).map { index in
    let place = max(0, (Double(index) + 0.5) * Double(source) / Double(target) - 0.5)
    let first = min(Int(place), source - 1)
    return (first, min(first + 1, source - 1), Float(place - Double(first)))
  }
}
