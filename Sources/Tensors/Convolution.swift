import CKernels

/// What a convolution reads beyond the border.
package enum Padding: Sendable {
  case zero
  /// The opposite side: the picture is a torus along this axis.
  case circular
}

/// How a convolution is computed.
package enum ConvolutionMethod: Sendable {
  /// A matrix product whose left side is gathered from the picture piece by piece.
  case product
  /// Winograd's minimal filtering over tiles of 4 x 4, in single precision, where the kernel is 3 x 3 and there are
  /// channels enough for it to pay, else a product: a quarter of the multiplications, four times the memory for
  /// weights, relative error about 1e-6.
  case winograd
}

/// A two-dimensional convolution of channel-last pictures.
package struct Convolution: Sendable {
  package let inChannels: Int
  package let outChannels: Int
  package let kernelHeight: Int
  package let kernelWidth: Int
  private let weights: Weights

  private enum Weights: Sendable {
    /// (outChannels, kernelHeight * kernelWidth * inChannels)
    case product(WeightMatrix)
    /// Panels of 36 matrices (outChannels, inChannels): (36, panels, inChannels, 32).
    case winograd(Tensor)
  }

  /// Channels from which on the transforms cost less than they save.
  private static let leastForWinograd = 16

  /// Takes stored weights (out, in, kernelHeight, kernelWidth), as torch keeps them.
  ///
  /// Throws `TensorError` when there are not four axes or the bytes do not match them.
  package init(
    _ stored: StoredTensor, compute: ComputePrecision = .fp32, method: ConvolutionMethod = .product
  ) throws {
    guard stored.shape.count == 4 else {
      throw TensorError.shape(expected: "(out, in, height, width)", found: stored.shape)
    }
    self.init(try stored.widened(), compute: compute, method: method)
  }

  /// Takes weights (out, in, kernelHeight, kernelWidth).
  package init(_ weights: Tensor, compute: ComputePrecision = .fp32, method: ConvolutionMethod = .product) {
    let shape = weights.shape
    precondition(shape.count == 4, "a convolution's weights have four axes")
    (outChannels, inChannels, kernelHeight, kernelWidth) = (shape[0], shape[1], shape[2], shape[3])
    let taps = kernelHeight * kernelWidth
    if method == .winograd, kernelHeight == 3, kernelWidth == 3,
      min(inChannels, outChannels) >= Self.leastForWinograd
    {
      self.weights = .winograd(winogradPanels(weights))
    } else {
      let reordered = weights.reshaped([outChannels, inChannels, taps]).swappedLastAxes()
      self.weights = .product(
        WeightMatrix(reordered.reshaped([outChannels, taps * inChannels]), compute: compute))
    }
  }

  /// Applies the convolution.
  ///
  /// - Parameters:
  ///   - x: (H, W, inChannels).
  ///   - bias: (outChannels).
  ///   - stride: step of the output, the same for both axes; 1 for Winograd's method.
  ///   - dilation: pixels between neighbouring taps of the kernel, the same for both axes; 1 for Winograd's method.
  ///   - padding: rows above and below, columns left and right; nil means half the dilated kernel on every side.
  ///   - paddingX, paddingY: what lies beyond the border along each axis.
  ///   - residual: (H', W', outChannels), added after the activation.
  /// - Returns: (H', W', outChannels).
  package func callAsFunction(
    _ x: Tensor, bias: Tensor? = nil, stride: Int = 1, dilation: Int = 1,
    padding: (top: Int, bottom: Int, left: Int, right: Int)? = nil,
    paddingX: Padding = .zero, paddingY: Padding = .zero, activation: Activation = .none,
    residual: Tensor? = nil
  ) -> Tensor {
    precondition(
      x.shape.count == 3 && x.shape[2] == inChannels, "convolution: expected (H, W, \(inChannels))")
    if case .winograd = weights {
      precondition(dilation == 1, "convolution: Winograd's method does not dilate")
    }
    let (reachY, reachX) = (dilation * (kernelHeight - 1), dilation * (kernelWidth - 1))
    let (halfY, halfX) = (dilation * (kernelHeight / 2), dilation * (kernelWidth / 2))
    let pad = padding ?? (halfY, halfY, halfX, halfX)
    let (height, width) = (x.shape[0], x.shape[1])
    let outHeight = max(0, (height + pad.top + pad.bottom - reachY - 1) / stride + 1)
    let outWidth = max(0, (width + pad.left + pad.right - reachX - 1) / stride + 1)
    var result = Tensor(uninitialized: [outHeight, outWidth, outChannels])
    let picture = ck_picture(
      height: Int64(height), width: Int64(width), channels: Int64(inChannels),
      pixel_stride: Int64(inChannels),
      out_height: Int64(outHeight), out_width: Int64(outWidth), kernel_height: Int64(kernelHeight),
      kernel_width: Int64(kernelWidth), stride: Int64(stride), dilation: Int64(dilation),
      pad_top: Int64(pad.top), pad_left: Int64(pad.left), wrap_y: paddingY == .circular,
      wrap_x: paddingX == .circular)
    let finish = ConvolutionFinish(bias: bias, activation: activation, residual: residual)
    unsafe result.write { out in
      unsafe x.read { x in
        unsafe run(x, picture, finish, to: out, stride: outChannels)
      }
    }
    return result
  }

  /// Applies the convolution, padded by half the kernel on every side, to channels of one picture, and writes channels
  /// of another.
  ///
  /// - Parameters:
  ///   - x: (H, W, ...), of which channels `from` on are read.
  ///   - y: (H, W, ...), of which channels `to` on are written.
  package func callAsFunction(
    _ x: Tensor, from: Int = 0, into y: inout Tensor, to: Int = 0, _ finish: ConvolutionFinish,
    paddingX: Padding, paddingY: Padding
  ) {
    let (source, target) = (x.shape[2], y.shape[2])
    precondition(
      x.shape[0] == y.shape[0] && x.shape[1] == y.shape[1], "convolution: pictures of different sizes")
    precondition(from + inChannels <= source && to + outChannels <= target, "convolution: too few channels")
    let picture = picture(height: x.shape[0], width: x.shape[1], channels: source, paddingX, paddingY)
    unsafe y.write { y in
      unsafe x.read { x in
        unsafe run(x + from, picture, finish, to: y + to, stride: target)
      }
    }
  }

  /// The same within one picture: channels `from` on are read, others, `to` on, written.
  package func callAsFunction(
    within x: inout Tensor, from: Int = 0, to: Int, _ finish: ConvolutionFinish, paddingX: Padding,
    paddingY: Padding
  ) {
    let channels = x.shape[2]
    precondition(
      from + inChannels <= channels && to + outChannels <= channels, "convolution: too few channels")
    precondition(
      to >= from + inChannels || to + outChannels <= from, "convolution: it would read what it writes")
    let picture = picture(height: x.shape[0], width: x.shape[1], channels: channels, paddingX, paddingY)
    unsafe x.write { x in
      unsafe run(x + from, picture, finish, to: x + to, stride: channels)
    }
  }

  private func picture(height: Int, width: Int, channels: Int, _ paddingX: Padding, _ paddingY: Padding)
    -> ck_picture
  {
    ck_picture(
      height: Int64(height), width: Int64(width), channels: Int64(inChannels), pixel_stride: Int64(channels),
      out_height: Int64(height), out_width: Int64(width), kernel_height: Int64(kernelHeight),
      kernel_width: Int64(kernelWidth), stride: 1, dilation: 1, pad_top: Int64(kernelHeight / 2),
      pad_left: Int64(kernelWidth / 2), wrap_y: paddingY == .circular, wrap_x: paddingX == .circular)
  }

  private func run(
    _ x: UnsafePointer<Float>, _ picture: ck_picture, _ finish: ConvolutionFinish,
    to y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let places = Int(picture.out_height * picture.out_width)
    guard places > 0, outChannels > 0 else { return }
    for vector in [finish.bias, finish.slope, finish.gate] {
      precondition(
        vector.map { $0.count == outChannels } ?? true, "convolution: a bias, slope or gate of another width")
    }
    let residualStride = finish.residual?.shape.last ?? 0
    precondition(
      finish.residual.map { $0.matrixShape.rows == places && residualStride >= outChannels } ?? true,
      "convolution: residual of another shape")
    unsafe withUnsafePointer(to: picture) { picture in
      unsafe finish.bias.read { bias in
        unsafe finish.slope.read { slope in
          unsafe finish.gate.read { gate in
            unsafe finish.residual.read { residual in
              unsafe withKernelWeights { weights in
                let job = unsafe ck_product(
                  x: x, x_stride: 0, picture: picture, weights: weights, bias: bias, slope: slope,
                  residual: residual, residual_stride: Int64(residualStride), gate: gate, paired: nil,
                  activation: finish.activation.kernelActivation, attends: finish.attends, y: y,
                  y_stride: Int64(stride))
                switch self.weights {
                case .product: unsafe runProduct(job, rows: places)
                case .winograd: unsafe runWinograd(job)
                }
              }
            }
          }
        }
      }
    }
  }

  private func withKernelWeights(_ body: (ck_weights) -> Void) {
    switch weights {
    case .product(let matrix): unsafe matrix.withKernelWeights(body)
    case .winograd(let panels):
      unsafe panels.read { panels in
        unsafe body(
          ck_weights(
            panels: panels, rows: nil, row_scale: nil, columns: Int64(outChannels), depth: Int64(inChannels),
            dtype: CK_FLOAT32, compute: CK_COMPUTE_FLOAT32))
      }
    }
  }
}
