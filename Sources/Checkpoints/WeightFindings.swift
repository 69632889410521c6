/// What a network found amiss in a checkpoint, in full.
package struct WeightFindings: Sendable, Codable, Equatable {
  /// Tensors that are not there, with the shape that was expected.
  package var missing: [String]
  /// Tensors of another shape or of a type that is not read, with what was found.
  package var unfit: [String]
  /// Tensors that the network has no place for.
  package var unused: [String]

  package init(missing: [String] = [], unfit: [String] = [], unused: [String] = []) {
    self.missing = missing
    self.unfit = unfit
    self.unused = unused
  }

  package var isEmpty: Bool { missing.isEmpty && unfit.isEmpty && unused.isEmpty }
}
