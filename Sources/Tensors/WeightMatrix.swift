import CKernels

/// Where a weight matrix lives while it is used.
package enum WeightResidency: Sendable {
  /// Widened and packed once into the order that the kernel reads: fastest, 4 bytes an element.
  case packed
  /// Left where the checkpoint has it and widened piece by piece at each use: for models larger than memory.
  case streamed
}

/// The weights of a linear layer, (out, in), ready for the matrix product.
@safe package struct WeightMatrix: Sendable {
  /// Columns of the result.
  package let outputs: Int
  /// Columns of the input.
  package let inputs: Int

  enum Contents: Sendable {
    /// Panels of 32 outputs, (panels, inputs, 32).
    case panels(Tensor)
    case stored(StoredTensor)
  }
  let contents: Contents

  /// Takes a stored (out, in) matrix; more axes after the first count as one.
  ///
  /// Throws `TensorError` when the shape has fewer than two axes or the bytes do not match it.
  package init(_ stored: StoredTensor, residency: WeightResidency = .packed) throws {
    guard stored.shape.count >= 2 else {
      throw TensorError.shape(expected: "(out, in)", found: stored.shape)
    }
    try stored.validate()
    let outputs = stored.shape[0]
    let inputs = stored.shape.dropFirst().reduce(1, *)
    self.outputs = outputs
    self.inputs = inputs
    switch residency {
    case .packed: contents = .panels(Self.pack(stored, outputs: outputs, inputs: inputs))
    case .streamed: contents = .stored(stored)
    }
  }

  /// Takes an (out, in) matrix of floats.
  package init(_ matrix: Tensor) {
    let (outputs, inputs) = matrix.matrixShape
    self.outputs = outputs
    self.inputs = inputs
    contents = .panels(
      unsafe matrix.read { source in
        let rows = unsafe ck_weights(
          panels: nil, rows: source, row_scale: nil, columns: Int64(outputs), depth: Int64(inputs),
          dtype: CK_FLOAT32)
        return unsafe Self.pack(rows)
      })
  }

  private static func pack(_ stored: StoredTensor, outputs: Int, inputs: Int) -> Tensor {
    unsafe withStored(stored, outputs: outputs, inputs: inputs) { unsafe pack($0) }
  }

  private static func pack(_ source: ck_weights) -> Tensor {
    let panels = (unsafe Int(source.columns) + panelColumns - 1) / panelColumns
    var packed = Tensor(uninitialized: [panels, unsafe Int(source.depth), panelColumns])
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
    _ stored: StoredTensor, outputs: Int, inputs: Int, _ body: (ck_weights) -> R
  ) -> R {
    func call(_ scale: UnsafePointer<Float>?) -> R {
      unsafe body(
        ck_weights(
          panels: nil, rows: stored.bytes.base, row_scale: scale, columns: Int64(outputs),
          depth: Int64(inputs), dtype: stored.dtype.kernelType))
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
    case .panels(let tensor):
      unsafe tensor.read { panels in
        unsafe body(
          ck_weights(
            panels: panels, rows: nil, row_scale: nil, columns: Int64(outputs), depth: Int64(inputs),
            dtype: CK_FLOAT32))
      }
    case .stored(let stored):
      unsafe Self.withStored(stored, outputs: outputs, inputs: inputs, body)
    }
  }
}

/// Outputs in a packed panel.
let panelColumns = CK_PANEL_COLUMNS
