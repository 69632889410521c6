/// One operation of an ONNX graph, in the order in which they are computed.
package struct ONNXOperation: Sendable, Equatable {
  /// ONNX's name for it, as `Conv`.
  package let kind: String
  /// Names of what it takes: results of others, and initialisers.
  package let inputs: [String]
}
