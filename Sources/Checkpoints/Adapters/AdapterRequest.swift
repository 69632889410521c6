/// An adapter file (LoRA, LoKr, DoRA) and how much of its change is made.
package struct AdapterRequest: Sendable, Equatable {
  package let path: String
  /// 1 is what it was trained for, 0 leaves the weights as they are.
  package let scale: Float

  package init(path: String, scale: Float = 1) {
    self.path = path
    self.scale = scale
  }
}
