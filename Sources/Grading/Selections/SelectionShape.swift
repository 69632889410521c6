package import Images
import Glibc

/// An outline in pixels; pixel (0, 0) spans from 0 to 1 in both directions.
package enum SelectionShape: Sendable, Equatable {
  case rectangle(x: Double, y: Double, width: Double, height: Double)
  /// `angle` turns the ellipse clockwise, in degrees.
  case ellipse(x: Double, y: Double, radiusX: Double, radiusY: Double, angle: Double = 0)
  /// Closed by itself; where it crosses itself, what it goes round in either direction is inside.
  case polygon([SIMD2<Double>])

  package static let largestPolygon = 10_000

  /// The share of each pixel that lies inside, 0...1.
  ///
  /// - Throws: ``GradingError/parameter(name:found:expected:)`` for numbers that make no shape.
  package func mask(width: Int, height: Int) throws(GradingError) -> Mask {
    try validate()
    var mask = Mask(width: width, height: height)
    var coverage = CoverageRow(width: width)
    let extent = verticalExtent
    let first = Int(min(max(extent.lowerBound.rounded(.down), 0), Double(height)))
    let end = Int(min(max(extent.upperBound.rounded(.up), 0), Double(height)))
    for y in first..<max(first, end) {
      switch self {
      case .rectangle(let x, _, let width, _):
        for line in CoverageRow.lines(y) where extent.contains(line) {
          coverage.add(from: x, to: x + width)
        }
      case .ellipse(let x, let centerY, let radiusX, let radiusY, let angle):
        for line in CoverageRow.lines(y) {
          if let span = Self.ellipseSpan(line - centerY, radiusX, radiusY, angle) {
            coverage.add(from: x + span.lowerBound, to: x + span.upperBound)
          }
        }
      case .polygon(let points):
        Self.addPolygon(points, row: y, to: &coverage)
      }
      coverage.take(into: &mask.values, from: y * width)
    }
    return mask
  }

  private func validate() throws(GradingError) {
    switch self {
    case .rectangle(let x, let y, let width, let height):
      guard [x, y, width, height].allSatisfy(\.isFinite), width > 0, height > 0 else {
        throw .parameter(
          name: "rectangle", found: "\(x),\(y),\(width),\(height)",
          expected: "x,y,width,height, both sizes above 0")
      }
    case .ellipse(let x, let y, let radiusX, let radiusY, let angle):
      guard [x, y, radiusX, radiusY, angle].allSatisfy(\.isFinite), radiusX > 0, radiusY > 0 else {
        throw .parameter(
          name: "ellipse", found: "\(x),\(y),\(radiusX),\(radiusY),\(angle)",
          expected: "x,y,radius,radius and an angle, both radii above 0")
      }
    case .polygon(let points):
      guard (3...Self.largestPolygon).contains(points.count),
        points.allSatisfy({ $0.x.isFinite && $0.y.isFinite })
      else {
        throw .parameter(
          name: "polygon", found: "\(points.count) points",
          expected: "3 to 10000 points with finite coordinates")
      }
    }
  }

  private var verticalExtent: ClosedRange<Double> {
    switch self {
    case .rectangle(_, let y, _, let height):
      return y...(y + height)
    case .ellipse(_, let y, let radiusX, let radiusY, _):
      let reach = max(radiusX, radiusY)
      return (y - reach)...(y + reach)
    case .polygon(let points):
      let heights = points.map(\.y)
      return (heights.min() ?? 0)...(heights.max() ?? 0)
    }
  }

  /// Where the line at height `dy` from the centre cuts the ellipse.
  private static func ellipseSpan(
    _ dy: Double, _ radiusX: Double, _ radiusY: Double, _ angle: Double
  ) -> ClosedRange<Double>? {
    let (sine, cosine) = (sin(angle * .pi / 180), cos(angle * .pi / 180))
    let (p, q) = (1 / (radiusX * radiusX), 1 / (radiusY * radiusY))
    // a dx^2 + b dx + c = 0 on the outline, with y downwards and the angle clockwise.
    let a = cosine * cosine * p + sine * sine * q
    let b = 2 * dy * sine * cosine * (p - q)
    let c = dy * dy * (sine * sine * p + cosine * cosine * q) - 1
    let discriminant = b * b - 4 * a * c
    guard discriminant > 0 else { return nil }
    let root = discriminant.squareRoot()
    return ((-b - root) / (2 * a))...((-b + root) / (2 * a))
  }

  private static func addPolygon(_ points: [SIMD2<Double>], row: Int, to coverage: inout CoverageRow) {
    let edges = zip(points, points.dropFirst() + points.prefix(1)).filter { start, end in
      max(start.y, end.y) > Double(row) && min(start.y, end.y) < Double(row + 1)
    }
    for line in CoverageRow.lines(row) {
      var crossings: [(x: Double, winding: Int)] = []
      for (start, end) in edges where (start.y <= line) != (end.y <= line) {
        let x = start.x + (line - start.y) / (end.y - start.y) * (end.x - start.x)
        crossings.append((x, start.y <= line ? 1 : -1))
      }
      crossings.sort { $0.x < $1.x }
      var winding = 0
      for (crossing, next) in zip(crossings, crossings.dropFirst()) {
        winding += crossing.winding
        if winding != 0 { coverage.add(from: crossing.x, to: next.x) }
      }
    }
  }
}
