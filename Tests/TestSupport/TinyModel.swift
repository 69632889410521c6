import Foundation

/// A whole model in the bundled model's layout with small random weights (`Tests/Reference/tiny_model.py`).
///
/// It draws noise in milliseconds, through every part of the engine.
public enum TinyModel {
  /// Path of the model.
  public static var directory: String {
    Bundle.module.url(forResource: "tiny", withExtension: nil)?.path ?? "tiny"
  }
}
