import Tensors

/// What one adapter file changes in one matrix; its tensors stay in the file until the matrix is read.
struct AdapterModule: Sendable {
  let file: SafetensorsFile
  /// The matrix as the file calls it.
  let name: String
  /// Names of the tensors by their part.
  let parts: [AdapterKey.Part: String]
  /// What `alpha` is where the file has none beside the matrices; nil for the rank.
  let defaultAlpha: Double?
  /// Whether the file divides by the root of the rank (rsLoRA, arXiv 2312.03732).
  let dividesByRoot: Bool
  let strength: Float

  var isKronecker: Bool { parts.keys.contains { $0.rawValue.hasPrefix("lokr") } }
  var hasMagnitude: Bool { parts[.magnitude] != nil }

  /// The change to `matrix`, (out, in). Throws `CheckpointError` where the two do not fit.
  func adjustment(of matrix: StoredTensor) throws -> WeightAdjustment {
    let shape = matrix.shape
    guard shape.count == 2 else { throw misfit("a matrix of two axes", "\(shape)") }
    let (delta, rank) = try isKronecker ? kronecker() : lowRank()
    let factor = try self.factor(rank: rank)
    let plain = WeightAdjustment(delta: delta, factor: factor, strength: strength)
    guard plain.shape == (shape[0], shape[1]) else {
      throw misfit("a change of \(shape)", "one of [\(plain.shape.outputs), \(plain.shape.inputs)]")
    }
    guard let magnitude = try magnitude(of: matrix, delta: delta, factor: factor) else { return plain }
    return WeightAdjustment(delta: delta, factor: factor, magnitude: magnitude, strength: strength)
  }

  private func misfit(_ expected: String, _ found: String) -> CheckpointError {
    CheckpointError(
      .invalidContent, path: file.path, problem: "expected \(expected) for \"\(name)\", found \(found)",
      advice: "the adapter was made for another model, or is damaged")
  }

  /// A matrix of the file; more axes than two must be ones (convolutions of 1 x 1).
  private func tensor(_ part: AdapterKey.Part) throws -> Tensor? {
    guard let key = parts[part], let stored = try file.stored(key) else { return nil }
    guard stored.shape.count >= 2, stored.shape.dropFirst(2).allSatisfy({ $0 == 1 }), stored.count > 0 else {
      throw misfit("\"\(key)\" as a matrix", "\(stored.shape)")
    }
    return try stored.widened().reshaped(Array(stored.shape.prefix(2)))
  }

  private func lowRank() throws -> (WeightAdjustment.Delta, rank: Int?) {
    guard let up = try tensor(.up), let down = try tensor(.down) else {
      throw misfit("both of lora_A and lora_B", "\(parts.values.sorted().joined(separator: ", "))")
    }
    guard up.shape[1] == down.shape[0] else {
      throw misfit("one rank", "\(up.shape) and \(down.shape)")
    }
    return (.lowRank(up: up, down: down), down.shape[0])
  }

  private func kronecker() throws -> (WeightAdjustment.Delta, rank: Int?) {
    let (left, leftRank) = try factorized(.left, .leftA, .leftB)
    let (right, rightRank) = try factorized(.right, .rightA, .rightB)
    return (.kronecker(left: left, right: right), rightRank ?? leftRank)
  }

  /// A factor as it is, or as the product of two.
  private func factorized(_ whole: AdapterKey.Part, _ a: AdapterKey.Part, _ b: AdapterKey.Part) throws -> (
    Tensor, rank: Int?
  ) {
    if let matrix = try tensor(whole) { return (matrix, nil) }
    guard let first = try tensor(a), let second = try tensor(b) else {
      throw misfit(
        "\(whole.rawValue), or \(a.rawValue) and \(b.rawValue)", parts.values.sorted().joined(separator: ", ")
      )
    }
    let elements = first.shape[0].multipliedReportingOverflow(by: second.shape[1])
    guard first.shape[1] == second.shape[0], !elements.overflow, elements.partialValue <= 1 << 30 else {
      throw misfit("one rank", "\(first.shape) and \(second.shape)")
    }
    return (matmul(first, second), first.shape[1])
  }

  private func factor(rank: Int?) throws -> Float {
    guard let rank, rank > 0 else { return 1 }
    var alpha = defaultAlpha
    if let key = parts[.alpha] {
      guard file.shape(of: key)?.reduce(1, *) == 1, let value = try file.tensor(key)?.values.first,
        value.isFinite
      else { throw misfit("\"\(key)\" as one number", "\(file.shape(of: key) ?? [])") }
      alpha = Double(value)
    }
    guard let alpha else { return 1 }
    return Float(alpha / (dividesByRoot ? Double(rank).squareRoot() : Double(rank)))
  }

  private func magnitude(of matrix: StoredTensor, delta: WeightAdjustment.Delta, factor: Float) throws
    -> WeightAdjustment.Magnitude?
  {
    guard let key = parts[.magnitude], let shape = file.shape(of: key) else { return nil }
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    let wide = shape.filter { $0 != 1 }
    let alongColumns = shape.count == 2 && shape[0] == 1 && shape[1] == columns && (columns != 1 || rows == 1)
    guard wide.count <= 1, alongColumns || shape.reduce(1, *) == rows,
      let lengths = try file.tensor(key)?.values
    else { throw misfit("\"\(key)\" as [\(rows), 1] or [1, \(columns)]", "\(shape)") }
    guard alongColumns else { return .rows(lengths) }
    return .columnFactors(
      try WeightAdjustment.columnFactors(lengths, of: matrix, adding: delta, factor: factor))
  }
}
