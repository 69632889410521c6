import Foundation

/// A whole model in the bundled model's layout with small random weights (`Tests/Reference/tiny_model.py`).
///
/// It draws noise in milliseconds, through every part of the engine.
public enum TinyModel {
  /// Path of the model.
  public static var directory: String {
    Bundle.module.url(forResource: "tiny", withExtension: nil)?.path ?? "tiny"
  }

  /// A copy with one text of `model_index.json` another, while `body` runs.
  public static func changed<Result>(_ text: String, to other: String, _ body: (String) throws -> Result)
    throws
    -> Result
  {
    let index = try String(contentsOfFile: "\(directory)/model_index.json", encoding: .utf8)
    guard index.contains(text) else { throw CocoaError(.fileReadCorruptFile) }
    return try with("model_index.json", index.replacing(text, with: other), body)
  }

  /// A copy with a file of this content, while `body` runs.
  public static func with<Result>(_ file: String, _ content: String, _ body: (String) throws -> Result) throws
    -> Result
  {
    let copy = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: directory, toPath: copy.path)
    defer { try? FileManager.default.removeItem(at: copy) }
    try Data(content.utf8).write(to: copy.appending(path: file))
    return try body(copy.path)
  }
}
