package import Tensors

/// How an editor is set up: its model, its threads, and who watches it.
public struct EditorConfiguration: Sendable {
  /// Arithmetic of the matrix products.
  public enum Compute: String, Sendable {
    /// 32-bit floats: the reference's numbers.
    case fp32
    /// 16-bit factors, 32-bit sums: about twice as fast.
    case bf16
    /// 8-bit factors: faster still, less exact.
    case int8
  }

  /// A directory in the diffusers layout, or `bundled`.
  public var model: String
  /// Threads to use; nil is all cores. The result does not depend on it.
  public var threads: Int?
  /// Arithmetic of the matrix products.
  public var compute = Compute.fp32
  /// Called with every step and notice, on the thread that runs the edit.
  public var progress: @Sendable (EditProgress) -> Void = { _ in }
  /// Stops the edits of this editor; looked at before every block of the network.
  public var cancellation = Cancellation()

  /// An editor with `model` on all cores.
  public init(model: String = "bundled") {
    self.model = model
  }
}

extension EditorConfiguration.Compute {
  /// The engine's name for it. Throws for one that it does not have.
  package var precision: ComputePrecision {
    get throws {
      guard let precision = ComputePrecision(rawValue: rawValue) else {
        throw SparseditError(
          .usage,
          "--compute \(rawValue) is not available; expected "
            + ComputePrecision.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return precision
    }
  }
}
