import Foundation

/// Whole HiDream-I1 checkpoints in the diffusers layout with small random weights, and what diffusers makes of them
/// (`Tests/Reference/hidream_pipeline.py`).
public enum HiDreamFixture {
  private static var root: URL {
    Bundle.module.url(forResource: "hidream", withExtension: nil) ?? URL(fileURLWithPath: "hidream")
  }

  /// Path of a checkpoint: `first` is square with Full's scheduler, `second` wide with Dev's.
  public static func directory(_ name: String) -> String { root.appending(path: name).path }

  /// Path of the reference's tensors for a checkpoint.
  public static func reference(_ name: String) -> String { root.appending(path: "\(name).safetensors").path }

  /// Path of another file beside the checkpoints.
  public static func file(_ name: String) -> String { root.appending(path: name).path }

  /// The texts that the reference encoded: `prompt`, `negative` and `long`.
  public static func text(_ name: String) throws -> String {
    let data = try Data(contentsOf: root.appending(path: "prompts.json"))
    return try JSONDecoder().decode([String: String].self, from: data)[name] ?? ""
  }

  /// A copy of a checkpoint that a test may take apart.
  public static func copy(of name: String) throws -> URL {
    let copy = FileManager.default.temporaryDirectory.appending(path: "hidream-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: directory(name), toPath: copy.path)
    return copy
  }
}
