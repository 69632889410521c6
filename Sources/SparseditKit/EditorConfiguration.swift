import Edits
import Checkpoints
package import Models
package import Tensors

/// An editor's model, threads and limits.
public struct EditorConfiguration: Sendable {
  /// Arithmetic of the matrix products.
  public enum Compute: String, Sendable {
    /// The fastest that was measured harmless for the model: the same on every machine.
    case auto
    /// 32-bit floats: the reference's numbers.
    case fp32
    /// 16-bit factors, 32-bit sums: about twice as fast.
    case bf16
    /// 8-bit factors: faster still, less exact.
    case int8
  }

  /// Which HiDream-I1 a checkpoint is.
  public enum Variant: String, Sendable {
    case full, dev, fast
  }

  /// A folder in the diffusers layout, a HiDream-I1 transformer's file, or `bundled`.
  public var model: String
  /// Files or folders for parts of a HiDream-I1, by the names of the command's flags: `vae`, `clip_l`, `clip_g`,
  /// `t5xxl`, `llm`.
  public var parts: [String: String] = [:]
  /// A file that changes the transformer's weights: LoRA, LoKr or DoRA.
  public struct Adapter: Sendable {
    /// A safetensors file.
    public var path: String
    /// 1 is what it was trained for, 0 changes nothing.
    public var scale: Float

    /// The file at `path` at a scale.
    public init(_ path: String, scale: Float = 1) {
      self.path = path
      self.scale = scale
    }
  }

  /// Adapters, applied one after the other.
  public var adapters: [Adapter] = []
  /// Nil reads it from the scheduler or the name.
  public var variant: Variant?
  /// True to keep what large text encoders made of a prompt in the user's cache folder.
  public var cachesPrompts = true
  /// Threads to use; nil is all cores. The result does not depend on it.
  public var threads: Int?
  /// Arithmetic of the matrix products.
  public var compute = Compute.auto
  /// The most bytes to take; what cannot fit is refused before the first step. Nil is what the machine has.
  public var maxMemory: Int?

  /// An editor with `model` on all cores.
  public init(model: String = "bundled") {
    self.model = model
  }
}

extension EditorConfiguration.Compute {
  /// The engine's name for it, nil where the model decides. Throws for one that it does not have.
  package var precision: ComputePrecision? {
    get throws {
      if self == .auto { return nil }
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

extension EditorConfiguration {
  /// What the pipelines open. Throws for a part that no model has.
  package var source: ModelSource {
    get throws {
      var source = ModelSource(model)
      for (name, path) in parts {
        guard let part = ModelPart(rawValue: name) else {
          throw SparseditError(
            .usage,
            "no model has a part '\(name)'; expected "
              + ModelPart.allCases.map(\.rawValue).joined(separator: ", "))
        }
        source.parts[part] = path
      }
      source.variant = variant.flatMap { HiDreamVariant(rawValue: $0.rawValue) }
      source.cachesPrompts = cachesPrompts
      source.adapters = adapters.map { AdapterRequest(path: $0.path, scale: $0.scale) }
      return source
    }
  }
}
