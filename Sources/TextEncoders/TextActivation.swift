import Tensors

/// The activation functions that text encoders' configurations name.
enum TextActivation: String, Codable, Sendable, CaseIterable {
  case gelu
  case quickGELU = "quick_gelu"
  case geluNew = "gelu_new"
  case geluTanh = "gelu_pytorch_tanh"
  case silu

  var kernel: Activation {
    switch self {
    case .gelu: .geluErf
    case .quickGELU: .quickGELU
    case .geluNew, .geluTanh: .geluTanh
    case .silu: .silu
    }
  }
}
