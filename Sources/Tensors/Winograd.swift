import CKernels

/// The weights (out, in, 3, 3) of a convolution as the 36 matrices of F(4 x 4, 3 x 3), packed: (36, panels, in, 32).
///
/// Each 3 x 3 kernel g becomes G g G^T. Source: Lavin and Gray, arXiv 1509.09308.
func winogradPanels(_ weights: Tensor) -> Tensor {
  let (outputs, inputs) = (weights.shape[0], weights.shape[1])
  let panels = (outputs + panelColumns - 1) / panelColumns
  var matrices = Tensor(uninitialized: [36, outputs, inputs])
  unsafe matrices.write { out in
    unsafe weights.read { weights in
      ThreadPool.parallelRows(outputs, width: inputs * 64) { range in
        for pair in range.lowerBound * inputs..<range.upperBound * inputs {
          let kernel = unsafe weights + pair * 9
          // G g by its columns, then its rows times G^T.
          let left = unsafe winogradColumn(kernel[0], kernel[3], kernel[6])
          let middle = unsafe winogradColumn(kernel[1], kernel[4], kernel[7])
          let right = unsafe winogradColumn(kernel[2], kernel[5], kernel[8])
          for row in 0..<6 {
            let line = winogradColumn(left[row], middle[row], right[row])
            for column in 0..<6 {
              unsafe out[(row * 6 + column) * outputs * inputs + pair] = line[column]
            }
          }
        }
      }
    }
  }
  var packed = Tensor(uninitialized: [36, panels, inputs, panelColumns])
  unsafe packed.write { out in
    unsafe matrices.read { matrices in
      ThreadPool.parallel(36) { index in
        let source = unsafe ck_weights(
          panels: nil, rows: matrices + index * outputs * inputs, row_scale: nil, columns: Int64(outputs),
          depth: Int64(inputs), dtype: CK_FLOAT32, compute: CK_COMPUTE_FLOAT32)
        unsafe withUnsafePointer(to: source) {
          unsafe kernels.pack_weights($0, 0, Int64(panels), out + index * panels * inputs * panelColumns)
        }
      }
    }
  }
  return packed
}

/// G times a column of three; the last two lanes are zero.
private func winogradColumn(_ a: Float, _ b: Float, _ c: Float) -> SIMD8<Float> {
  SIMD8(
    a / 4, -(a + b + c) / 6, -(a - b + c) / 6, a / 24 + b / 12 + c / 6, a / 24 - b / 12 + c / 6, c, 0, 0)
}

/// Cuts a convolution into tasks of some tiles of 4 x 4 and runs them; the cut depends on the shape alone.
func runWinograd(_ job: ck_product) {
  guard let picture = unsafe job.picture?.pointee else { return }
  let tiles = Int((picture.out_height + 3) / 4 * ((picture.out_width + 3) / 4))
  // What a task holds is to stay in the second cache, and weights are to serve many tiles.
  let floats = unsafe 36 * Int(picture.channels + job.weights.columns)
  let grain = min(96, max(24, (1 << 18) / floats / 12 * 12))
  unsafe withUnsafePointer(to: job) { job in
    ThreadPool.parallelRanges(tiles, grain: grain) { range in
      unsafe kernels.winograd(job, Int64(range.lowerBound), Int64(range.upperBound))
    }
  }
}
