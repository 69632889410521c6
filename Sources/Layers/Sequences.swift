package import Tensors

/// Sequences of different lengths go through a linear layer as one matrix: their rows, one after the other.
package func joined(_ sequences: [Tensor]) -> Tensor {
  sequences.count == 1 ? sequences[0] : Tensor.concatenated(sequences)
}

/// Cuts rows that were joined back into sequences of these lengths; rows beyond them are left out.
package func split(_ rows: Tensor, _ lengths: [Int]) -> [Tensor] {
  var start = 0
  return lengths.map { length in
    defer { start += length }
    return rows.rows(start..<start + length)
  }
}

/// Adds gate * y to each sequence; `y` holds the rows of all, one after the other.
package func addSequences(_ y: Tensor, gates: [Tensor], to streams: inout [Tensor]) {
  for (index, part) in split(y, streams.map { $0.shape[0] }).enumerated() {
    addGated(&streams[index], part, gate: gates[index])
  }
}
