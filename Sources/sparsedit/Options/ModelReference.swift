import Models

/// Finds what `--model` names, for commands that look at its files.
enum ModelReference {
  /// A model's name stands for its directory; a path stands for itself.
  static func directory(_ name: String) throws -> String {
    name == ModelLocator.bundledName ? try ModelLocator.path(named: name) : name
  }
}
