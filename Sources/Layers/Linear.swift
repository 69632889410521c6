package import Checkpoints
package import Tensors

/// y = x weight^T + bias, with the weights of a checkpoint.
package struct Linear: Sendable {
  package let weight: WeightMatrix
  package let bias: Tensor?

  /// Takes `weight` (outputs, inputs) and, where there is one, `bias` (outputs) from `scope`.
  package init(_ scope: WeightScope, inputs: Int, outputs: Int, bias: Bool) throws {
    weight = try scope.matrix("weight", inputs: inputs, outputs: outputs)
    self.bias = bias ? try scope.values("bias", shape: [outputs]) : nil
  }

  /// (..., inputs) to (..., outputs).
  package func callAsFunction(_ x: Tensor, activation: Activation = .none) -> Tensor {
    linear(x, weight, bias: bias, activation: activation)
  }

  /// Adds gate * (x weight^T + bias) to each sequence.
  ///
  /// - Parameters:
  ///   - x: rows of all sequences, one after the other, (rows, inputs).
  ///   - gates: for each sequence one factor a column, (outputs).
  ///   - streams: the sequences, (tokens, outputs) each.
  package func add(_ x: Tensor, gates: [Tensor], to streams: inout [Tensor]) {
    if streams.count == 1 {
      addLinear(x, weight, bias: bias, gate: gates[0], to: &streams[0])
    } else {
      addSequences(callAsFunction(x), gates: gates, to: &streams)
    }
  }
}

extension WeightScope {
  /// The matrix `name`, (outputs, inputs), in the form that this scope asks for.
  package func matrix(_ name: String, inputs: Int, outputs: Int) throws -> WeightMatrix {
    let stored = try tensor(name, shape: [outputs, inputs])
    let matrix = try WeightMatrix(stored, residency: residency, compute: compute)
    if residency == .packed { release(stored) }
    return matrix
  }
}
