import ArgumentParser
import Tensors

/// An arithmetic of matrix products that is named, not chosen by the model.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
  case fp32, bf16, int8

  var choice: ComputePrecision {
    switch self {
    case .fp32: .fp32
    case .bf16: .bf16
    case .int8: .int8
    }
  }
}
