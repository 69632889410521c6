/// What becomes of a convolution's sums before they are written: (activation(sum + bias) * gate + residual).
package struct ConvolutionFinish: Sendable {
  /// (outChannels)
  package var bias: Tensor?
  package var activation: Activation
  /// The slope of negative sums, (outChannels): PReLU, in the activation's place.
  package var slope: Tensor?
  /// One factor a channel, (outChannels).
  package var gate: Tensor?
  /// (H, W, outChannels or more), whose first channels are added.
  package var residual: Tensor?
  /// (sum + residual) * (sigmoid(sum) - 1/2): SPAN's attention without parameters.
  package var attends: Bool

  package init(
    bias: Tensor? = nil, activation: Activation = .none, slope: Tensor? = nil, gate: Tensor? = nil,
    residual: Tensor? = nil, attends: Bool = false
  ) {
    self.bias = bias
    self.activation = activation
    self.slope = slope
    self.gate = gate
    self.residual = residual
    self.attends = attends
  }
}
