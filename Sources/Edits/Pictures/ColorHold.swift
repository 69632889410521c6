import ImageCodecs
import ImageProcessing
import Images
import Synchronization

/// Holds the colours of edits to those of one picture: a given one, or the first that is made.
///
/// Mean and deviation of the colours (CIE L*a*b*) are moved, not their places. Share one among the requests that are
/// to match; what an edit leaves alone stays as it is.
public final class ColorHold: Sendable {
  private let reference: Mutex<ColorCharacter?>
  /// The first edit decides.
  public init() {
    reference = Mutex(nil)
  }

  /// The colours of a picture, or figures.
  public init(_ reference: ColorReference) throws(SparseditError) {
    let path: String
    switch reference {
    case .figures(let text):
      self.reference = Mutex(try Self.parsed(text))
      return
    case .picture(let file): path = try file.known
    }
    let character = try translatingErrors {
      let image = try ImageReader.decode(path: path)
      let color = try WorkingColor(header: image.header, name: path, writesBack: false)
      let (pixels, alpha) = color.pixels(of: image, in: image.bounds)
      return ColorCharacter(of: [(pixels, alpha)])
    }
    guard let character else {
      throw SparseditError(.badData, "\(path): expected a picture with visible pixels, found none")
    }
    self.reference = Mutex(character)
  }

  /// The colours that are held to, such as `lab:61.5,2.25,10.75,12.5,3,4.25`: means of L, a and b, then their
  /// deviations. Nil until there are any.
  public var text: String? {
    reference.withLock { reference in
      reference.map { character in
        ColorReference.prefix
          + [character.mean, character.deviation].flatMap { [$0.x, $0.y, $0.z] }.map { "\($0)" }
          .joined(separator: ",")
      }
    }
  }

  /// Takes the colours that ``text`` gave in an earlier run.
  package func adopt(_ text: String) throws(SparseditError) {
    let character = try Self.parsed(text)
    reference.withLock { $0 = character }
  }

  /// Moves pictures of one edit to the reference, or makes them the reference where there is none yet.
  ///
  /// - Parameter pictures: sRGB-encoded, and how much each of their pixels counts.
  /// - Returns: the pictures, and the reference that moved them; nil if they became it.
  func hold(
    _ pictures: [(picture: FloatImage, weights: Mask?)]
  ) -> (pictures: [FloatImage], reference: ColorReference?) {
    let unmoved = pictures.map(\.picture)
    guard let own = ColorCharacter(of: pictures) else { return (unmoved, nil) }
    let other = reference.withLock { reference -> ColorCharacter? in
      defer { if reference == nil { reference = own } }
      return reference
    }
    guard let other else { return (unmoved, nil) }
    return (unmoved.map { own.moving($0, towards: other) }, text.map { .figures($0) })
  }

  /// The same for one picture.
  func hold(
    _ picture: FloatImage, weights: Mask? = nil
  ) -> (picture: FloatImage, reference: ColorReference?) {
    let (pictures, reference) = hold([(picture, weights)])
    return (pictures[0], reference)
  }

  /// The same for what was painted. Returns the reference.
  func hold(_ parts: inout [PaintedPart]) -> ColorReference? {
    let (pictures, reference) = hold(parts.map { ($0.finished.pixels, $0.finished.alpha) })
    for (index, picture) in pictures.enumerated() { parts[index].finished.pixels = picture }
    return reference
  }

  private static func parsed(_ text: String) throws(SparseditError) -> ColorCharacter {
    let words = text.dropFirst(ColorReference.prefix.count).split(
      separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Float($0) }
    guard words.count == 6, numbers.count == 6, numbers.allSatisfy(\.isFinite),
      numbers[3...].allSatisfy({ $0 >= 0 })
    else {
      throw SparseditError(
        .usage,
        "colour reference '\(text)': expected a picture, or lab: and six numbers, the means and deviations of L, a and b"
      )
    }
    return ColorCharacter(
      mean: SIMD3(numbers[0], numbers[1], numbers[2]), deviation: SIMD3(numbers[3], numbers[4], numbers[5]))
  }
}
