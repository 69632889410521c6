/// What texture maps are to look like; nil means a value that follows from the texture's size.
package struct TextureMapSettings: Sendable, Equatable {
  /// Widest relief in pixels; a quarter of the shorter side by default. What is wider counts as uneven light.
  package var largestFeature: Int?
  /// 0...2: how much wide relief outweighs fine relief.
  package var balance: Float = 0.5
  /// Bright is deep instead of dark is deep.
  package var invertsHeight = false
  /// How many pixels the whole range of height stands for; a thirty-second of the shorter side by default.
  package var depth: Float?
  package var convention = NormalConvention.openGL
  /// Roughness of the texture's smoothest and roughest parts.
  package var roughness: ClosedRange<Float> = 0.4...0.9
  /// How far terrain hides the sky, in pixels; an eighth of the shorter side by default.
  package var occlusionRadius: Int?

  package init() {}

  func validate() throws(GradingError) {
    if let largestFeature { try Adjustment.check("largest feature", Double(largestFeature), in: 4...65_536) }
    try Adjustment.check("height balance", Double(balance), in: 0...2)
    if let depth { try Adjustment.check("relief depth", Double(depth), in: 0...10_000) }
    try Adjustment.check("lowest roughness", Double(roughness.lowerBound), in: 0...1)
    try Adjustment.check("highest roughness", Double(roughness.upperBound), in: 0...1)
    if let occlusionRadius { try Adjustment.check("occlusion radius", Double(occlusionRadius), in: 1...4096) }
  }
}
