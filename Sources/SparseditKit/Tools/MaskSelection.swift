public import Edits
import Grading

/// One way to select a part of a picture.
public enum MaskSelection: Sendable, Equatable {
  /// In pixels, fractions allowed; the first pixel spans 0 to 1.
  case rectangle(x: Double, y: Double, width: Double, height: Double)
  /// Centre, radii, and a clockwise angle in degrees.
  case ellipse(x: Double, y: Double, radiusX: Double, radiusY: Double, angle: Double)
  /// Corners, x and y in turn.
  case polygon([Double])
  /// Near a colour, given as encoded values 0...1 of the picture's own space: within `tolerance` in CIE Lab, fading
  /// over the next `softness`.
  case color(red: Float, green: Float, blue: Float, tolerance: Float, softness: Float)
  /// Near the colour of the picture's pixel at `x`, `y`.
  case colorAt(x: Int, y: Int, tolerance: Float, softness: Float)
  /// L* between two values of 0...100, fading over `softness` beyond.
  case lightness(low: Float, high: Float, softness: Float)
  /// The picture's own alpha.
  case alpha
  /// The foreground in a rectangle, found by colour and contrast (GrabCut).
  case foreground(x: Int, y: Int, width: Int, height: Int)
  /// Another picture's brightness.
  case file(String)

  /// Forms of selections, for messages and help.
  public static let grammar = """
    rectangle:X,Y,W,H  ellipse:X,Y,RX,RY[,ANGLE]  polygon:X,Y,X,Y,X,Y...  color:#RRGGBB[,TOLERANCE[,SOFTNESS]]  \
    color-at:X,Y[,TOLERANCE[,SOFTNESS]]  lightness:LOW,HIGH[,SOFTNESS]  alpha  foreground:X,Y,W,H  file:PATH
    """

  /// Reads a selection as ``grammar`` writes it.
  public init(parsing text: String) throws(SparseditError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count > 1 ? String(parts[1]) : ""
    let words = rest.split(separator: ",", omittingEmptySubsequences: false)
    func numbers(_ counts: ClosedRange<Int>, from start: Int = 0) throws(SparseditError) -> [Double] {
      let numbers = words.dropFirst(start).compactMap { Double($0) }
      guard counts.contains(words.count - start), numbers.count == words.count - start,
        numbers.allSatisfy({ $0.isFinite && abs($0) <= 1e9 })
      else {
        throw SparseditError(.usage, "selection '\(text)' is not understood; expected one of \(Self.grammar)")
      }
      return numbers
    }
    func range(_ values: [Double], _ index: Int, _ fallback: Float) -> Float {
      index < values.count ? Float(values[index]) : fallback
    }
    switch parts[0] {
    case "rectangle":
      let n = try numbers(4...4)
      self = .rectangle(x: n[0], y: n[1], width: n[2], height: n[3])
    case "ellipse":
      let n = try numbers(4...5)
      self = .ellipse(x: n[0], y: n[1], radiusX: n[2], radiusY: n[3], angle: n.count > 4 ? n[4] : 0)
    case "polygon":
      let n = try numbers(6...2 * SelectionShape.largestPolygon)
      guard n.count.isMultiple(of: 2) else {
        throw SparseditError(
          .usage, "selection '\(text)': expected pairs of x and y, found \(n.count) numbers")
      }
      self = .polygon(n)
    case "color":
      let n = try numbers(0...2, from: 1)
      let (red, green, blue) = try Self.color(words.first.map(String.init) ?? "")
      self = .color(
        red: red, green: green, blue: blue, tolerance: range(n, 0, Self.tolerance),
        softness: range(n, 1, Self.softness))
    case "color-at":
      let n = try numbers(2...4)
      self = .colorAt(
        x: Int(n[0]), y: Int(n[1]), tolerance: range(n, 2, Self.tolerance),
        softness: range(n, 3, Self.softness))
    case "lightness":
      let n = try numbers(2...3)
      self = .lightness(low: Float(n[0]), high: Float(n[1]), softness: range(n, 2, 0))
    case "foreground":
      let n = try numbers(4...4)
      self = .foreground(x: Int(n[0]), y: Int(n[1]), width: Int(n[2]), height: Int(n[3]))
    case "alpha" where rest.isEmpty:
      self = .alpha
    case "file" where !rest.isEmpty:
      self = .file(rest)
    default:
      throw SparseditError(.usage, "selection '\(text)' is not understood; expected one of \(Self.grammar)")
    }
  }

  /// Lab distances that go with no number: a just clearly different colour, and as much again to fade.
  private static let tolerance: Float = 10
  private static let softness: Float = 10

  private static func color(_ text: String) throws(SparseditError) -> (Float, Float, Float) {
    guard text.hasPrefix("#"), let color = HexColor(text) else {
      throw SparseditError(.usage, "colour '\(text)': expected #RRGGBB in hexadecimal, such as #3060c0")
    }
    return color.fractions
  }

  /// Whether it looks at the picture's pixels.
  var needsPicture: Bool {
    switch self {
    case .color, .colorAt, .lightness, .alpha, .foreground: true
    case .rectangle, .ellipse, .polygon, .file: false
    }
  }
}
