/// Moves blocks of space into channels, (H, W, C) to (H / f, W / f, C * f * f), in torch's channel order
/// c * f * f + dy * f + dx. H and W must be multiples of `factor`.
package func pixelUnshuffle(_ x: Tensor, factor: Int) -> Tensor {
  let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
  precondition(h % factor == 0 && w % factor == 0, "pixelUnshuffle: the size is no multiple of the factor")
  let (outHeight, outWidth, area) = (h / factor, w / factor, factor * factor)
  var result = Tensor(uninitialized: [outHeight, outWidth, c * area])
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(h, width: w * c) { range in
        for y in range {
          let (row, dy) = (y / factor, y % factor)
          for column in 0..<w {
            let source = unsafe x + (y * w + column) * c
            let target =
              unsafe out + (row * outWidth + column / factor) * c * area + dy * factor
              + column % factor
            for channel in 0..<c { unsafe target[channel * area] = source[channel] }
          }
        }
      }
    }
  }
  return result
}

/// Moves channels into blocks of space, (H, W, C * f * f) to (H * f, W * f, C): undoes `pixelUnshuffle`.
package func pixelShuffle(_ x: Tensor, factor: Int) -> Tensor {
  let (h, w) = (x.shape[0], x.shape[1])
  let area = factor * factor
  precondition(x.shape[2] % area == 0, "pixelShuffle: the channels are no multiple of the factor's square")
  let c = x.shape[2] / area
  var result = Tensor(uninitialized: [h * factor, w * factor, c])
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(h * factor, width: w * factor * c) { range in
        for y in range {
          let (row, dy) = (y / factor, y % factor)
          for column in 0..<w * factor {
            let source = unsafe x + (row * w + column / factor) * c * area + dy * factor + column % factor
            let target = unsafe out + (y * w * factor + column) * c
            for channel in 0..<c { unsafe target[channel] = source[channel * area] }
          }
        }
      }
    }
  }
  return result
}

/// Repeats every pixel twice along both axes: (H, W, C) to (2 H, 2 W, C).
package func upsampleNearest2x(_ x: Tensor) -> Tensor {
  let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
  var result = Tensor(uninitialized: [2 * h, 2 * w, c])
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(2 * h, width: 2 * w * c) { range in
        for y in range {
          for column in 0..<2 * w {
            unsafe (out + (y * 2 * w + column) * c).update(
              from: x + ((y / 2) * w + column / 2) * c, count: c)
          }
        }
      }
    }
  }
  return result
}
