import CKernels

/// What a convolution reads beyond the border.
package enum Padding: Sendable {
  case zero
  /// The opposite side: the picture is a torus along this axis.
  case circular
}

/// A two-dimensional convolution of channel-last pictures, computed as a matrix product whose left side is
/// gathered from the picture piece by piece.
package struct Convolution: Sendable {
  package let inChannels: Int
  package let outChannels: Int
  package let kernelHeight: Int
  package let kernelWidth: Int
  /// (outChannels, kernelHeight * kernelWidth * inChannels)
  let weights: WeightMatrix

  /// Takes stored weights (out, in, kernelHeight, kernelWidth), as torch keeps them.
  ///
  /// Throws `TensorError` when there are not four axes or the bytes do not match them.
  package init(_ stored: StoredTensor, compute: ComputePrecision = .fp32) throws {
    guard stored.shape.count == 4 else {
      throw TensorError.shape(expected: "(out, in, height, width)", found: stored.shape)
    }
    self.init(try stored.widened(), compute: compute)
  }

  /// Takes weights (out, in, kernelHeight, kernelWidth).
  package init(_ weights: Tensor, compute: ComputePrecision = .fp32) {
    let shape = weights.shape
    precondition(shape.count == 4, "a convolution's weights have four axes")
    (outChannels, inChannels, kernelHeight, kernelWidth) = (shape[0], shape[1], shape[2], shape[3])
    let taps = kernelHeight * kernelWidth
    let reordered = weights.reshaped([outChannels, inChannels, taps]).swappedLastAxes()
    self.weights = WeightMatrix(reordered.reshaped([outChannels, taps * inChannels]), compute: compute)
  }

  /// Applies the convolution.
  ///
  /// - Parameters:
  ///   - x: (H, W, inChannels).
  ///   - bias: (outChannels).
  ///   - stride: step of the output, the same for both axes.
  ///   - padding: rows above and below, columns left and right; nil means half the kernel on every side.
  ///   - paddingX, paddingY: what lies beyond the border along each axis.
  ///   - residual: (H', W', outChannels), added after the activation.
  /// - Returns: (H', W', outChannels).
  package func callAsFunction(
    _ x: Tensor, bias: Tensor? = nil, stride: Int = 1,
    padding: (top: Int, bottom: Int, left: Int, right: Int)? = nil,
    paddingX: Padding = .zero, paddingY: Padding = .zero, activation: Activation = .none,
    residual: Tensor? = nil
  ) -> Tensor {
    precondition(
      x.shape.count == 3 && x.shape[2] == inChannels, "convolution: expected (H, W, \(inChannels))")
    precondition(bias.map { $0.count == outChannels } ?? true, "convolution: the bias has another width")
    let pad = padding ?? (kernelHeight / 2, kernelHeight / 2, kernelWidth / 2, kernelWidth / 2)
    let (height, width) = (x.shape[0], x.shape[1])
    let outHeight = max(0, (height + pad.top + pad.bottom - kernelHeight) / stride + 1)
    let outWidth = max(0, (width + pad.left + pad.right - kernelWidth) / stride + 1)
    var result = Tensor(uninitialized: [outHeight, outWidth, outChannels])
    precondition(residual.map { $0.count == result.count } ?? true, "convolution: residual of another shape")
    guard result.count > 0 else { return result }
    let picture = ck_picture(
      height: Int64(height), width: Int64(width), channels: Int64(inChannels), out_width: Int64(outWidth),
      kernel_height: Int64(kernelHeight), kernel_width: Int64(kernelWidth), stride: Int64(stride),
      pad_top: Int64(pad.top), pad_left: Int64(pad.left), wrap_y: paddingY == .circular,
      wrap_x: paddingX == .circular)
    unsafe withUnsafePointer(to: picture) { picture in
      unsafe result.write { out in
        unsafe x.read { x in
          unsafe bias.read { bias in
            unsafe residual.read { residual in
              unsafe weights.withKernelWeights { weights in
                let job = unsafe ck_product(
                  x: x, x_stride: Int64(inChannels), picture: picture, weights: weights, bias: bias,
                  residual: residual, gate: nil, paired: nil, activation: activation.kernelActivation,
                  y: out, y_stride: Int64(outChannels))
                unsafe runProduct(job, rows: outHeight * outWidth)
              }
            }
          }
        }
      }
    }
    return result
  }
}
