import ImageProcessing
import Images

extension DiffusionOptions {
  /// A picture with its colours held, if they are to be, and what the recipe says of it.
  func held(_ picture: FloatImage, weights: Mask? = nil) -> (picture: FloatImage, recipe: [String: String]) {
    guard let (pictures, text) = colorHold?.hold([(picture, weights)]) else { return (picture, [:]) }
    return (pictures[0], Self.recipe(text))
  }

  /// Holds the colours of what was painted, and says what the recipe says of it.
  func hold(_ parts: inout [PaintedPart]) -> [String: String] {
    let painted = parts.map { (picture: $0.finished.pixels, weights: Optional($0.finished.alpha)) }
    guard let (pictures, text) = colorHold?.hold(painted) else { return [:] }
    for (index, picture) in pictures.enumerated() { parts[index].finished.pixels = picture }
    return Self.recipe(text)
  }

  /// The reference that moved a picture; the flag's name with its value.
  private static func recipe(_ reference: String?) -> [String: String] {
    reference.map { ["color-reference": $0] } ?? [:]
  }
}
