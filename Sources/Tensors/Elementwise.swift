import CKernels

/// silu(a) * b, element by element.
package func siluGate(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(a.count == b.count, "siluGate: shapes differ")
  return unsafe zipped(a, b) { unsafe kernels.silu_gate($0, $1, $2, $3) }
}

/// a + b, element by element.
package func add(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(a.count == b.count, "add: shapes differ")
  return unsafe zipped(a, b) { unsafe kernels.combine($0, 1, $1, 1, $2, $3) }
}

/// a - b, element by element.
package func subtract(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(a.count == b.count, "subtract: shapes differ")
  return unsafe zipped(a, b) { unsafe kernels.combine($0, 1, $1, -1, $2, $3) }
}

/// a * alpha + b * beta, element by element.
package func combine(_ a: Tensor, _ alpha: Float, _ b: Tensor, _ beta: Float) -> Tensor {
  precondition(a.count == b.count, "combine: shapes differ")
  return unsafe zipped(a, b) { unsafe kernels.combine($0, alpha, $1, beta, $2, $3) }
}

/// a * b, element by element.
package func multiply(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(a.count == b.count, "multiply: shapes differ")
  return unsafe zipped(a, b) { unsafe kernels.multiply($0, $1, $2, $3) }
}

/// x * factor.
package func scale(_ x: Tensor, by factor: Float) -> Tensor {
  unsafe mapped(x) { unsafe kernels.combine($0, factor, nil, 0, $1, $2) }
}

/// The activation function of every element.
package func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
  let kind = activation.kernelActivation
  return unsafe mapped(x) { unsafe kernels.activate(kind, $0, $1, $2) }
}

/// x / (1 + e^-x).
package func silu(_ x: Tensor) -> Tensor { activate(x, .silu) }

/// x += y * gate.
///
/// - Parameters: x, y (..., width); gate (width), one factor a column, nil for one.
package func addGated(_ x: inout Tensor, _ y: Tensor, gate: Tensor? = nil) {
  let (rows, width) = x.matrixShape
  precondition(y.count == x.count, "addGated: shapes differ")
  precondition(gate.map { $0.count == width } ?? true, "addGated: the gate has another width")
  unsafe x.write { x in
    unsafe y.read { y in
      unsafe gate.read { gate in
        ThreadPool.parallelRows(rows, width: width) { range in
          let start = range.lowerBound * width
          unsafe kernels.add_gated(x + start, y + start, gate, Int64(range.count), Int64(width))
        }
      }
    }
  }
}

private func mapped(
  _ x: Tensor, _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64) -> Void
) -> Tensor {
  var result = Tensor(uninitialized: x.shape)
  let count = x.count
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelElements(count) { range in
        unsafe body(x + range.lowerBound, out + range.lowerBound, Int64(range.count))
      }
    }
  }
  return result
}

private func zipped(
  _ a: Tensor, _ b: Tensor,
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64) -> Void
) -> Tensor {
  var result = Tensor(uninitialized: a.shape)
  let count = a.count
  unsafe result.write { out in
    unsafe a.read { a in
      unsafe b.read { b in
        ThreadPool.parallelElements(count) { range in
          let start = range.lowerBound
          unsafe body(a + start, b + start, out + start, Int64(range.count))
        }
      }
    }
  }
  return result
}
