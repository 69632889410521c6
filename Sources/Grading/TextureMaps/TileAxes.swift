/// The directions in which a texture repeats; in the others its edge pixels go on.
package struct TileAxes: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let x = TileAxes(rawValue: 1)
  package static let y = TileAxes(rawValue: 2)
  package static let both: TileAxes = [.x, .y]
}
