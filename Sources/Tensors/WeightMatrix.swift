import CKernels

/// Where a weight matrix lives while it is used.
package enum WeightResidency: Sendable {
  /// Converted and packed once into the order that the kernel reads: fastest, 4 bytes an element in fp32.
  case packed
  /// Left where the checkpoint has it and converted piece by piece at each use: for models larger than memory.
  case streamed
}

/// The weights of a linear layer, (out, in), ready for the matrix product.
@safe package struct WeightMatrix: Sendable {
  /// Columns of the result.
  package let outputs: Int
  /// Columns of the input.
  package let inputs: Int
  /// What products with these weights are computed in.
  package let compute: ComputePrecision

  enum Contents: Sendable {
    /// Panels of 32 outputs, (panels, steps, 32) units of 32 bits.
    case panels(Tensor)
    case stored(StoredTensor)
  }
  let contents: Contents

  /// Takes a stored (out, in) matrix; more axes after the first count as one.
  ///
  /// Throws `TensorError` when the shape has fewer than two axes or the bytes do not match it.
  package init(
    _ stored: StoredTensor, residency: WeightResidency = .packed, compute: ComputePrecision = .fp32
  ) throws {
    guard stored.shape.count >= 2 else {
      throw TensorError.shape(expected: "(out, in)", found: stored.shape)
    }
    try stored.validate()
    let outputs = stored.shape[0]
    let inputs = stored.shape.dropFirst().reduce(1, *)
    let compute = compute.fitting(inputs: inputs)
    self.outputs = outputs
    self.inputs = inputs
    self.compute = compute
    switch residency {
    case .packed:
      contents = .panels(Self.pack(stored, outputs, inputs, compute))
    case .streamed: contents = .stored(stored)
    }
  }

  /// Takes an (out, in) matrix of floats.
  package init(_ matrix: Tensor, compute: ComputePrecision = .fp32) {
    let (outputs, inputs) = matrix.matrixShape
    let compute = compute.fitting(inputs: inputs)
    self.outputs = outputs
    self.inputs = inputs
    self.compute = compute
    contents = .panels(
      unsafe matrix.read { source in
        let rows = unsafe ck_weights(
          panels: nil, rows: source, row_scale: nil, columns: Int64(outputs), depth: Int64(inputs),
          dtype: CK_FLOAT32, compute: compute.kernelCompute)
        return unsafe Self.pack(rows, steps: compute.panelSteps(inputs: inputs))
      })
  }

  private static func pack(
    _ stored: StoredTensor, _ outputs: Int, _ inputs: Int, _ compute: ComputePrecision
  ) -> Tensor {
    let steps = compute.panelSteps(inputs: inputs)
    guard stored.isPlain else { return packRows(of: stored, outputs, inputs, compute, steps: steps) }
    return unsafe withStored(stored, outputs, inputs, compute) { unsafe pack($0, steps: steps) }
  }

  /// Packs rows that the kernel cannot read in place: a panel's are widened first, never the whole matrix.
  private static func packRows(
    of stored: StoredTensor, _ outputs: Int, _ inputs: Int, _ compute: ComputePrecision, steps: Int
  ) -> Tensor {
    let panels = (outputs + panelColumns - 1) / panelColumns
    var packed = Tensor(uninitialized: [panels, steps, panelColumns])
    unsafe packed.write { out in
      ThreadPool.parallel(panels) { panel in
        let first = panel * panelColumns
        let count = min(panelColumns, outputs - first)
        var rows = Tensor(uninitialized: [count, inputs])
        unsafe rows.write { rows in
          for row in 0..<count {
            unsafe stored.write(row: first + row, to: rows + row * inputs, width: inputs)
          }
          let source = unsafe ck_weights(
            panels: nil, rows: UnsafeRawPointer(rows), row_scale: nil, columns: Int64(count),
            depth: Int64(inputs), dtype: CK_FLOAT32, compute: compute.kernelCompute)
          unsafe withUnsafePointer(to: source) {
            unsafe kernels.pack_weights($0, 0, 1, out + panel * steps * panelColumns)
          }
        }
      }
    }
    withExtendedLifetime(stored.bytes.owner) {}
    return packed
  }

  private static func pack(_ source: ck_weights, steps: Int) -> Tensor {
    let panels = (unsafe Int(source.columns) + panelColumns - 1) / panelColumns
    var packed = Tensor(uninitialized: [panels, steps, panelColumns])
    unsafe packed.write { out in
      ThreadPool.parallel(panels) { panel in
        unsafe withUnsafePointer(to: source) {
          unsafe kernels.pack_weights($0, Int64(panel), Int64(panel + 1), out)
        }
      }
    }
    return packed
  }

  private static func withStored<R>(
    _ stored: StoredTensor, _ outputs: Int, _ inputs: Int, _ compute: ComputePrecision,
    _ body: (ck_weights) -> R
  ) -> R {
    func call(_ scale: UnsafePointer<Float>?) -> R {
      unsafe body(
        ck_weights(
          panels: nil, rows: stored.bytes.base, row_scale: scale, columns: Int64(outputs),
          depth: Int64(inputs), dtype: stored.dtype.kernelType, compute: compute.kernelCompute))
    }
    let result =
      if let rowScale = stored.rowScale {
        unsafe rowScale.withUnsafeBufferPointer { unsafe call($0.baseAddress) }
      } else {
        call(nil)
      }
    withExtendedLifetime(stored.bytes.owner) {}
    return result
  }

  /// Calls `body` with the kernel's view of the weights.
  func withKernelWeights<R>(_ body: (ck_weights) -> R) -> R {
    switch contents {
    case .panels(let tensor): unsafe withPanels(tensor, body)
    // What the kernel cannot read in place is packed anew at each use.
    case .stored(let stored) where !stored.isPlain:
      unsafe withPanels(Self.pack(stored, outputs, inputs, compute), body)
    case .stored(let stored): unsafe Self.withStored(stored, outputs, inputs, compute, body)
    }
  }

  private func withPanels<R>(_ tensor: Tensor, _ body: (ck_weights) -> R) -> R {
    unsafe tensor.read { panels in
      unsafe body(
        ck_weights(
          panels: panels, rows: nil, row_scale: nil, columns: Int64(outputs), depth: Int64(inputs),
          dtype: CK_FLOAT32, compute: compute.kernelCompute))
    }
  }
}

/// Outputs in a packed panel.
let panelColumns = CK_PANEL_COLUMNS
