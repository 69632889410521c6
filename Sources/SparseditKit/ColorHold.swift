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
  /// The picture file that the colours were read from.
  let path: String?

  /// The first edit decides.
  public init() {
    path = nil
    reference = Mutex(nil)
  }

  /// The colours of a picture file, or of a text as ``text`` gives it.
  public init(_ reference: String) throws(SparseditError) {
    path = reference.hasPrefix(Self.prefix) ? nil : reference
    if reference.hasPrefix(Self.prefix) {
      self.reference = Mutex(try Self.parsed(reference))
      return
    }
    let character = try translatingErrors {
      let image = try ImageReader.decode(path: reference)
      let color = try WorkingColor(header: image.header, name: reference, writesBack: false)
      let (pixels, alpha) = color.pixels(of: image, in: image.bounds)
      return ColorCharacter(of: [(pixels, alpha)])
    }
    guard let character else {
      throw SparseditError(.badData, "\(reference): expected a picture with visible pixels, found none")
    }
    self.reference = Mutex(character)
  }

  /// The colours that are held to, such as `lab:61.5,2.25,10.75,12.5,3,4.25`: means of L, a and b, then their
  /// deviations. Nil until there are any.
  public var text: String? {
    reference.withLock { reference in
      reference.map { character in
        Self.prefix
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
  func hold(_ pictures: [(picture: FloatImage, weights: Mask?)]) -> (pictures: [FloatImage], text: String?) {
    let unmoved = pictures.map(\.picture)
    guard let own = ColorCharacter(of: pictures) else { return (unmoved, nil) }
    let other = reference.withLock { reference -> ColorCharacter? in
      defer { if reference == nil { reference = own } }
      return reference
    }
    guard let other else { return (unmoved, nil) }
    return (unmoved.map { own.moving($0, towards: other) }, text)
  }

  private static let prefix = "lab:"

  private static func parsed(_ text: String) throws(SparseditError) -> ColorCharacter {
    let words = text.dropFirst(prefix.count).split(separator: ",", omittingEmptySubsequences: false)
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
