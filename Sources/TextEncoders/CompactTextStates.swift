package import Tensors

/// What a `CompactTextEncoder` makes of a prompt, by the names of the transformer's inputs.
package struct CompactTextStates: Sendable {
  /// (tokens, width)
  package let t5: Tensor
  /// (layers, registers, width)
  package let llama: Tensor
  /// (pooled)
  package let pooled: Tensor
}
