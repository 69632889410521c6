/// Facts about the library itself.
public enum Sparsedit {
  /// Its version, which recipes name.
  public static let version = "0.2.0"
}
