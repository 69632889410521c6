package import Tensors

/// Which rows each expert computes, and how much each result counts.
package struct ExpertRouting: Sendable {
  /// For each expert the rows it takes, in ascending order.
  package let rows: [[Int]]
  /// For each expert the weight of each of its rows.
  package let weights: [[Float]]

  /// Sends every row to its `active` most probable experts. Probabilities are not made to sum to one again.
  ///
  /// Where two are equal to the last bit the expert of lower index wins; `torch.topk` leaves that open.
  ///
  /// - Parameter probabilities: (rows, experts), softmax of the gate's logits.
  package init(probabilities: Tensor, active: Int) {
    let (count, experts) = probabilities.matrixShape
    var rows = [[Int]](repeating: [], count: experts)
    var weights = [[Float]](repeating: [], count: experts)
    for expert in 0..<experts {
      rows[expert].reserveCapacity(count)
      weights[expert].reserveCapacity(count)
    }
    unsafe probabilities.withUnsafeBuffer { values in
      for row in 0..<count {
        for expert in 0..<experts {
          let own = unsafe values[row * experts + expert]
          var better = 0
          for other in 0..<experts where other != expert {
            let rival = unsafe values[row * experts + other]
            if rival > own || (rival == own && other < expert) { better += 1 }
          }
          if better < active {
            rows[expert].append(row)
            weights[expert].append(own)
          }
        }
      }
    }
    self.rows = rows
    self.weights = weights
  }
}
