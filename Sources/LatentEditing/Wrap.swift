/// The axes along which a canvas closes on itself.
package enum Wrap: String, Sendable, Hashable, Codable, CaseIterable {
  case none, x, y, xy

  package init(x: Bool, y: Bool) {
    self = x ? (y ? .xy : .x) : (y ? .y : .none)
  }

  /// The right edge meets the left one.
  package var closesX: Bool { self == .x || self == .xy }
  /// The bottom edge meets the top one.
  package var closesY: Bool { self == .y || self == .xy }
}
