extension Checkpoint {
  /// Whether tensors of these names are an adapter (LoRA, LoKr, DoRA) rather than a network.
  package static func isAdapter(_ names: [String]) -> Bool {
    names.contains { name in AdapterKey(name).map { $0.part != .alpha && $0.part != .magnitude } ?? false }
  }
}
